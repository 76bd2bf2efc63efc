/*
 * trap.S: exception entry and exit. sscratch holds the address of `exception_frame` whenever S-mode code runs, so the
 * interrupted registers are stored there and the handler runs on the stack above it, never on the interrupted stack,
 * which may be unmapped. Handlers do not nest: interrupts are masked, and a handler touches only memory that is always
 * mapped.
 *
 * Handlers use no floating point, so its registers stay untouched; they are stored (frame_save_float) only in a frame
 * that is kept, that of a preempted cell, and loaded when that cell resumes.
 */
#include "isa.h"

.section .text.trap, "ax"
.balign 4
.globl trap_entry
trap_entry:
  csrrw sp, sscratch, sp
  .irp n, 1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
  sd x\n, 8 * \n(sp)
  .endr
  csrr t0, sepc
  sd t0, FRAME_PC(sp)
  csrr t0, sstatus
  sd t0, FRAME_STATUS(sp)
  csrrw t0, sscratch, sp
  sd t0, 8 * 2(sp)
  mv a0, sp
  la sp, exception_stack_end
  call trap_handle
  la a0, exception_frame
  j integers_restore

/* Resumes the code that the complete frame at a0 describes. */
.globl frame_restore
frame_restore:
  ld t0, FRAME_FCSR(a0)
  fscsr t0
  .irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
  fld f\n, FRAME_F + 8 * \n(a0)
  .endr
integers_restore:
  ld t0, FRAME_PC(a0)
  csrw sepc, t0
  ld t0, FRAME_STATUS(a0)
  csrw sstatus, t0
  .irp n, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
  ld x\n, 8 * \n(a0)
  .endr
  ld a0, 8 * 10(a0)
  sret

/* void frame_save_float(arch_frame *): the part of the frame that the entry code leaves out */
.globl frame_save_float
frame_save_float:
  frcsr t0
  sd t0, FRAME_FCSR(a0)
  .irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
  fsd f\n, FRAME_F + 8 * \n(a0)
  .endr
  ret

.section .bss.trap, "aw", @nobits
.balign 16
.globl exception_frame
exception_frame:
  .space FRAME_SIZE
.balign 16
  .space 8192
exception_stack_end:
