/*
 * trap.S: the return from a signal handler, and into a saved frame: both are rt_sigreturn, which takes the registers
 * from a record at the stack pointer. Linux needs the first as the handler's return address.
 */
#include "isa.h"

.section .text.trap, "ax"

/* The return address of signal handlers; the record is on the stack. */
.global signal_return
signal_return:
  mov $FRAME_CALL_RETURN, %eax
  syscall

/* void frame_return(arch_frame *frame): resumes the code that the frame describes, with its signal mask. */
.global frame_return
frame_return:
  mov %rdi, %rsp
  mov $FRAME_CALL_RETURN, %eax
  syscall

.section .note.GNU-stack, "", @progbits
