/*
 * context.S: switches between the kernel's stack and a cell's. The callee-saved registers (ra, s0-s11, fs0-fs11) are
 * saved on the old stack; their address is kept in arch_context: +0 the kernel's, +8 the cell's.
 */
#define SAVED 208

.macro save_registers
  addi sp, sp, -SAVED
  sd ra, 0(sp)
  .irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
  sd s\n, 8 + 8 * \n(sp)
  fsd fs\n, 104 + 8 * \n(sp)
  .endr
.endm

.macro restore_registers
  ld ra, 0(sp)
  .irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
  ld s\n, 8 + 8 * \n(sp)
  fld fs\n, 104 + 8 * \n(sp)
  .endr
  addi sp, sp, SAVED
.endm

.cfi_sections .debug_frame
.section .text.context, "ax"

/* int arch_call(context, stack_top, fn, arg) */
.globl arch_call
arch_call:
  .cfi_startproc
  .cfi_undefined ra /* a stack begins here: gdb stops unwinding */
  save_registers
  sd sp, 0(a0)
  mv s0, a0
  mv sp, a1
  mv a0, a3
  jalr a2
  ld sp, 0(s0)
  restore_registers
  ret
  .cfi_endproc

/* void arch_abort(context, code): forgets the cell's stack */
.globl arch_abort
arch_abort:
  ld sp, 0(a0)
  mv a0, a1
  restore_registers
  ret

/* void arch_park(context, code) */
.globl arch_park
arch_park:
  save_registers
  sd sp, 8(a0)
  ld sp, 0(a0)
  mv a0, a1
  restore_registers
  ret

/* int arch_unpark(context) */
.globl arch_unpark
arch_unpark:
  save_registers
  sd sp, 0(a0)
  ld sp, 8(a0)
  restore_registers
  ret

/* int arch_resume(context, frame) */
.globl arch_resume
arch_resume:
  save_registers
  sd sp, 0(a0)
  mv a0, a1
  j frame_restore
