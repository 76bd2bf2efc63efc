/*
 * trap.S: exception entry and exit. The kernel and the cells run on SP_EL0, so the processor itself switches to SP_EL1,
 * the trap stack, on every exception: a cell with an exhausted stack is no special case.
 *
 *   vector  0 ..  3   from code on SP_EL0: synchronous, IRQ, FIQ, SError
 *           4 ..  7   from the exception code itself: the machine is broken; reported on the boot stack, which
 *                     is no longer in use, because the trap stack may be what is broken
 *           8 .. 15   from EL0, where nothing runs: no vectors, code follows
 *
 * Invariant: outside exception code SP_EL1 is trap_stack_top. Each entry stores a whole arch_frame there and calls
 * trap_handle(frame, vector), which may change the frame; frame_restore loads it again.
 */
#include "isa.h"

.macro vector number
  .balign 128
  sub sp, sp, #FRAME_SIZE
  stp x0, x1, [sp, #FRAME_X]
  mov x1, #\number
  b trap_entry
.endm

.macro broken_vector number
  .balign 128
  msr tpidr_el1, x0
  adrp x0, boot_stack_top
  add x0, x0, :lo12:boot_stack_top
  mov sp, x0
  mrs x0, tpidr_el1
  sub sp, sp, #FRAME_SIZE
  stp x0, x1, [sp, #FRAME_X]
  mov x1, #\number
  b trap_entry
.endm

/* Stores or loads x2 .. x29 of the frame at `base`. */
.macro each_x_pair instruction, base
  x_pair \instruction, \base, 2, 3
  x_pair \instruction, \base, 4, 5
  x_pair \instruction, \base, 6, 7
  x_pair \instruction, \base, 8, 9
  x_pair \instruction, \base, 10, 11
  x_pair \instruction, \base, 12, 13
  x_pair \instruction, \base, 14, 15
  x_pair \instruction, \base, 16, 17
  x_pair \instruction, \base, 18, 19
  x_pair \instruction, \base, 20, 21
  x_pair \instruction, \base, 22, 23
  x_pair \instruction, \base, 24, 25
  x_pair \instruction, \base, 26, 27
  x_pair \instruction, \base, 28, 29
.endm

.macro x_pair instruction, base, first, second
  \instruction x\first, x\second, [\base, #FRAME_X + 8 * \first]
.endm

/* Stores or loads q0 .. q31 of the frame at `base`. */
.macro each_q_pair instruction, base
  q_pair \instruction, \base, 0, 1
  q_pair \instruction, \base, 2, 3
  q_pair \instruction, \base, 4, 5
  q_pair \instruction, \base, 6, 7
  q_pair \instruction, \base, 8, 9
  q_pair \instruction, \base, 10, 11
  q_pair \instruction, \base, 12, 13
  q_pair \instruction, \base, 14, 15
  q_pair \instruction, \base, 16, 17
  q_pair \instruction, \base, 18, 19
  q_pair \instruction, \base, 20, 21
  q_pair \instruction, \base, 22, 23
  q_pair \instruction, \base, 24, 25
  q_pair \instruction, \base, 26, 27
  q_pair \instruction, \base, 28, 29
  q_pair \instruction, \base, 30, 31
.endm

.macro q_pair instruction, base, first, second
  \instruction q\first, q\second, [\base, #FRAME_Q + 16 * \first]
.endm

.section .text.trap, "ax"

.globl trap_vectors
.balign 2048
trap_vectors:
  vector 0
  vector 1
  vector 2
  vector 3
  broken_vector 4
  broken_vector 5
  broken_vector 6
  broken_vector 7

/* x0 and x1 are already stored; x1 is the vector. */
trap_entry:
  each_x_pair stp, sp
  mrs x2, sp_el0
  stp x30, x2, [sp, #FRAME_X + 240]
  mrs x2, elr_el1
  mrs x3, spsr_el1
  stp x2, x3, [sp, #FRAME_PC]
  each_q_pair stp, sp
  mrs x2, fpcr
  mrs x3, fpsr
  add x4, sp, #FRAME_FPCR
  stp x2, x3, [x4]
  mov x0, sp
  mov x29, #0
  bl trap_handle
  mov x0, sp
  add sp, sp, #FRAME_SIZE
/* The frame now lies below the stack pointer; nothing can overwrite it, because all exceptions are masked. */

/* Resumes the code that the frame at x0 describes. On SP_EL1, which is trap_stack_top, interrupts masked. */
.globl frame_restore
frame_restore:
  add x4, x0, #FRAME_FPCR
  ldp x2, x3, [x4]
  msr fpcr, x2
  msr fpsr, x3
  each_q_pair ldp, x0
  ldp x2, x3, [x0, #FRAME_PC]
  msr elr_el1, x2
  msr spsr_el1, x3
  ldp x30, x2, [x0, #FRAME_X + 240]
  msr sp_el0, x2
  each_x_pair ldp, x0
  ldp x0, x1, [x0, #FRAME_X]
  eret

/* Lowest in writable memory (boot/aarch64/link.ld): an overflow hits read-only pages, not data. */
.section .stacks.trap, "aw", %nobits
.balign 4096
trap_stack:
  .space 16384
.globl trap_stack_top
trap_stack_top:
