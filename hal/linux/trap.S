/*
 * trap.S: the way back from a signal handler, and into a frame that was kept: both are rt_sigreturn, which takes the
 * registers from a record at the stack pointer. Linux wants the first as the handler's return address.
 */
#include "isa.h"

.section .text.trap, "ax"

/* Where a signal handler returns to; its record is on the stack. */
.global signal_return
signal_return:
  mov $FRAME_CALL_RETURN, %eax
  syscall

/* void frame_return(arch_frame *frame): continues what the frame describes, its signal mask included. */
.global frame_return
frame_return:
  mov %rdi, %rsp
  mov $FRAME_CALL_RETURN, %eax
  syscall

.section .note.GNU-stack, "", @progbits
