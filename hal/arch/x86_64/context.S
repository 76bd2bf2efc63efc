/*
 * context.S: the switch between the kernel and a cell. Both run in ring 0, or both in one Linux process (hal/linux uses
 * this file too), each on a stack of its own; a switch is an ordinary call, so only the callee-saved registers of the
 * calling convention (System V) are saved. The control bits of mxcsr and the x87 control word are among them, but
 * nothing in the kernel or in a cell can change those: WebAssembly has one rounding mode and no floating point traps.
 *
 *   saved registers at the stack pointer that arch_context holds, 56 bytes with the return address:
 *     0  r15, r14, r13, r12, rbp, rbx
 *    48  return address
 *
 * Invariant: context->kernel_sp always names the newest such record of the kernel, and a cell's rbx keeps the address
 * of its context from arch_call to its end. So a parked cell returns to the code that unparked it.
 */
#include "isa.h"

#define CONTEXT_KERNEL_SP 0
#define CONTEXT_CELL_SP 8

.macro save_registers
  push %rbx
  push %rbp
  push %r12
  push %r13
  push %r14
  push %r15
.endm

.macro restore_registers_and_return
  pop %r15
  pop %r14
  pop %r13
  pop %r12
  pop %rbp
  pop %rbx
  ret
.endm

/* Saves the address of the kernel's registers in the context (rdi). */
.macro enter_cell
  save_registers
  mov %rsp, CONTEXT_KERNEL_SP(%rdi)
.endm

/* Back to the kernel of the context in \context; the result is in eax. Touches no stack but the kernel's. */
.macro leave_cell context
  mov CONTEXT_KERNEL_SP(\context), %rsp
  restore_registers_and_return
.endm

.cfi_sections .debug_frame
.section .text.context, "ax"

/* int arch_call(arch_context *context, void *stack_top, int (*fn)(void *), void *arg) */
.global arch_call
arch_call:
  .cfi_startproc
  .cfi_undefined rip /* a stack begins here: gdb stops unwinding */
  enter_cell
  mov %rdi, %rbx
  mov %rsi, %rsp
  xor %ebp, %ebp
  mov %rcx, %rdi
  call *%rdx
  leave_cell %rbx
  .cfi_endproc

/* void arch_abort(arch_context *context, int code) */
.global arch_abort
arch_abort:
  mov %esi, %eax
  leave_cell %rdi

/* void arch_park(arch_context *context, int code) */
.global arch_park
arch_park:
  save_registers
  mov %rsp, CONTEXT_CELL_SP(%rdi)
  mov %esi, %eax
  leave_cell %rdi

/* int arch_unpark(arch_context *context) */
.global arch_unpark
arch_unpark:
  enter_cell
  mov CONTEXT_CELL_SP(%rdi), %rsp
  restore_registers_and_return

/* int arch_resume(arch_context *context, arch_frame *frame) */
.global arch_resume
arch_resume:
  enter_cell
  mov %rsi, %rdi
  jmp trap_resume
