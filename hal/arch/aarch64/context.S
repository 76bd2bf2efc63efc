/*
 * context.S: the switch between the kernel and a cell. Both run at EL1 on SP_EL0, each on a stack of its own; a switch
 * is an ordinary call, so only the callee-saved registers of the procedure call standard (AAPCS64) are saved.
 *
 *   saved registers, 160 bytes at the stack pointer that arch_context holds:
 *     0  x19 .. x28
 *    80  x29, x30   frame pointer and return address
 *    96  d8 .. d15
 *
 * Invariant: context->kernel_sp always names the newest such record of the kernel, and a cell's x19 keeps the address
 * of its context from arch_call to its end. So a parked cell returns to the code that unparked it.
 */
#include "isa.h"

#define CONTEXT_KERNEL_SP 0
#define CONTEXT_CELL_SP 8
#define SAVED_SIZE 160

.macro save_registers
  sub sp, sp, #SAVED_SIZE
  stp x19, x20, [sp]
  stp x21, x22, [sp, #16]
  stp x23, x24, [sp, #32]
  stp x25, x26, [sp, #48]
  stp x27, x28, [sp, #64]
  stp x29, x30, [sp, #80]
  stp d8, d9, [sp, #96]
  stp d10, d11, [sp, #112]
  stp d12, d13, [sp, #128]
  stp d14, d15, [sp, #144]
.endm

.macro restore_registers_and_return
  ldp x19, x20, [sp]
  ldp x21, x22, [sp, #16]
  ldp x23, x24, [sp, #32]
  ldp x25, x26, [sp, #48]
  ldp x27, x28, [sp, #64]
  ldp x29, x30, [sp, #80]
  ldp d8, d9, [sp, #96]
  ldp d10, d11, [sp, #112]
  ldp d12, d13, [sp, #128]
  ldp d14, d15, [sp, #144]
  add sp, sp, #SAVED_SIZE
  ret
.endm

/* Saves the address of the kernel's registers in the context (x0). */
.macro enter_cell
  save_registers
  mov x9, sp
  str x9, [x0, #CONTEXT_KERNEL_SP]
.endm

/* Back to the kernel of the context in \context; the result is in w0. */
.macro leave_cell context
  ldr x9, [\context, #CONTEXT_KERNEL_SP]
  mov sp, x9
  restore_registers_and_return
.endm

.cfi_sections .debug_frame
.section .text.context, "ax"

/* int arch_call(arch_context *context, void *stack_top, int (*fn)(void *), void *arg) */
.globl arch_call
arch_call:
  .cfi_startproc
  .cfi_undefined x30 /* a stack begins here: gdb stops unwinding */
  enter_cell
  mov x19, x0
  mov sp, x1
  mov x29, #0
  mov x0, x3
  blr x2
  leave_cell x19
  .cfi_endproc

/* void arch_abort(arch_context *context, int code) */
.globl arch_abort
arch_abort:
  mov x10, x0
  mov w0, w1
  leave_cell x10

/* void arch_park(arch_context *context, int code) */
.globl arch_park
arch_park:
  save_registers
  mov x9, sp
  str x9, [x0, #CONTEXT_CELL_SP]
  mov x10, x0
  mov w0, w1
  leave_cell x10

/* int arch_unpark(arch_context *context) */
.globl arch_unpark
arch_unpark:
  enter_cell
  ldr x9, [x0, #CONTEXT_CELL_SP]
  mov sp, x9
  restore_registers_and_return

/* int arch_resume(arch_context *context, arch_frame *frame) */
.globl arch_resume
arch_resume:
  enter_cell
  msr daifset, #2
  msr spsel, #1
  mov x0, x1
  b frame_restore
