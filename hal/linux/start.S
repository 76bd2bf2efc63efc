/*
 * start.S: from Linux to boot_main(stack). At the program's start the stack holds, in words of 8 bytes: the number of
 * arguments, their addresses, 0, the environment's addresses, 0, and the auxiliary vector (System V ABI for AMD64,
 * 3.4.1).
 *
 * In a build WITH_LIBC, which the sanitizers need, the C library starts first and calls main(count, arguments); the
 * arguments are still at the same place on the stack.
 */
.section .text.boot, "ax"

#ifdef WITH_LIBC
.global main
main:
  lea -8(%rsi), %rdi
  push %rbp
  call boot_main
#else
.global _start
_start:
  mov %rsp, %rdi
  xor %ebp, %ebp
  and $-16, %rsp
  call boot_main
#endif

.section .note.GNU-stack, "", @progbits
