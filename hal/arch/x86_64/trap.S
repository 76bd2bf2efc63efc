/*
 * trap.S: exception entry and exit. Every gate of the interrupt descriptor table names a stack of its own (trap.c), so
 * nothing is ever pushed on the interrupted stack: a cell with an exhausted stack is no special case.
 *
 *   vector  0 .. 31   exceptions, some with an error code
 *          32 .. 95   interrupts: lines, timer, spurious (isa.h)
 *
 * trap_stubs holds one stub of STUB_SIZE bytes for each vector. Each completes the processor's record into an
 * arch_frame and calls trap_dispatch(frame), which may change the frame; trap_return loads it again.
 */
#include "isa.h"

/* A bit for each vector for which the processor pushes an error code: 8, 10 .. 14, 17, 21, 29, 30. */
#define ERROR_CODES 0x60227d00

.macro stub number
  .balign STUB_SIZE
  push $\number
  .if \number < VECTOR_LINES && (ERROR_CODES >> \number & 1)
  jmp trap_entry
  .else
  jmp trap_entry_plain
  .endif
.endm

.section .text.trap, "ax"

.global trap_stubs
.balign STUB_SIZE
trap_stubs:
.altmacro
.set vector, 0
.rept VECTORS
  stub %vector
  .set vector, vector + 1
.endr
.noaltmacro

/* Without an error code: move the vector down and put 0 in its place. */
trap_entry_plain:
  push (%rsp)
  movq $0, 8(%rsp)
/* The vector and the error code are already pushed. */
trap_entry:
  push %r15
  push %r14
  push %r13
  push %r12
  push %r11
  push %r10
  push %r9
  push %r8
  push %rbp
  push %rdi
  push %rsi
  push %rdx
  push %rcx
  push %rbx
  push %rax
  sub $FRAME_RAX, %rsp
  fxsave64 (%rsp)
  mov %rsp, %rdi
  xor %ebp, %ebp
  cld
  call trap_dispatch

/* Resumes the code that the frame at rsp describes. Interrupts masked. */
trap_return:
  fxrstor64 (%rsp)
  add $FRAME_RAX, %rsp
  pop %rax
  pop %rbx
  pop %rcx
  pop %rdx
  pop %rsi
  pop %rdi
  pop %rbp
  pop %r8
  pop %r9
  pop %r10
  pop %r11
  pop %r12
  pop %r13
  pop %r14
  pop %r15
  add $(FRAME_RIP - FRAME_VECTOR), %rsp
  iretq

/* Resumes the frame at rdi: arch_resume jumps here. */
.global trap_resume
trap_resume:
  cli
  mov %rdi, %rsp
  jmp trap_return
