/*
 * isa.h: what an x86_64 Linux process fixes: the frame of an interrupted cell and the interrupt mask.
 *
 * Interrupts are signals. They are never blocked; a flag masks them. A signal that arrives while it is set only sets a
 * second flag, and the code that clears the first one raises the signal again. So a kernel call, which masks and
 * unmasks, costs two stores and a load, and no system call.
 *
 * The frame is what Linux pushes on the signal stack, in the same order (Linux: struct ucontext and sigcontext), so
 * that rt_sigreturn accepts it unchanged:
 *
 *     0  flags | link | signal stack            40 bytes
 *    40  r8 .. r15, rdi, rsi, rbp, rbx, rdx, rax, rcx, rsp, rip, rflags, segments, error, vector, mask, cr2
 *   224  address of the extended state
 *   296  signal mask, 8 bytes
 *   304  the interrupt mask of this machine
 *   320  extended state: the xsave area of the processor, 64-byte aligned
 * 4096  end
 *
 * If the processor's xsave area is longer than the space left here, only its first 512 bytes (x87 and SSE) are kept:
 * compiled code uses no more.
 */
#pragma once

#define FRAME_CALL_RETURN 15

#ifndef __ASSEMBLER__
#include <stdbool.h>
#include <stdint.h>

#include "rumpk-abi.h"

#define ARCH_ID ARCH_X86_64
/* Simulated devices respond at I/O ports, one for each address of their bus: hal/linux/simulated.c. */
#define ARCH_PORTS (1ull << 32)
typedef uint32_t arch_port;
typedef uint64_t arch_port_value;

enum { EXTENDED_MAX = 4096 - 320 };

/* What Linux hands to a signal handler and takes back. */
struct signal_context {
  uint64_t flags, link;
  uint64_t stack, stack_flags, stack_size;
  uint64_t r8, r9, r10, r11, r12, r13, r14, r15, rdi, rsi, rbp, rbx, rdx, rax, rcx, rsp, rip, rflags;
  uint64_t segments, error, vector, old_mask, cr2;
  uint8_t *extended;
  uint64_t reserved[8];
  uint64_t mask;
};

typedef struct arch_frame {
  struct signal_context context;
  uint64_t masked;
  uint8_t extended[EXTENDED_MAX] __attribute__((aligned(64)));
} arch_frame;

/* Interrupts are masked; one arrived meanwhile. */
extern volatile bool arch_masked, arch_pending;

/* Sends this process the signal whose handler checks everything that can interrupt. */
void arch_raise(void);

static inline void arch_interrupts_off(void) {
  arch_masked = true;
  __asm__ volatile("" ::: "memory");
}
static inline void arch_interrupts_on(void) {
  __asm__ volatile("" ::: "memory");
  arch_masked = false;
  if (__builtin_expect(arch_pending, 0)) arch_raise();
}
static inline void arch_interrupts_take(void) {
  arch_interrupts_on();
  arch_interrupts_off();
}

/* The processor keeps the order itself: stores become visible in order, and a simulated device runs on the same
 * processor. Only the compiler must not reorder. */
static inline void arch_before_device_store(void) {
  __asm__ volatile("" ::: "memory");
}
static inline void arch_after_device_load(void) {
  __asm__ volatile("" ::: "memory");
}
#endif
