/*
 * isa.h: what x86_64 fixes: the frame of an interrupted cell, interrupt vectors, page table entries, the interrupt
 * mask and I/O ports. Source: Intel 64 and IA-32 Architectures Software Developer's Manual, volume 3, chapters 4 and 6.
 *
 * The frame, as trap.S pushes it and arch_resume loads it:
 *
 *     0  fxsave area: x87, mxcsr, xmm0 .. xmm15
 *   512  rax rbx rcx rdx rsi rdi rbp r8 .. r15
 *   632  vector     pushed by the vector's stub
 *   640  error      pushed by the processor where the exception has one, else by the stub
 *   648  rip cs rflags rsp ss   pushed by the processor
 *   688  end, a multiple of 16: the processor aligns the stack before it pushes, so fxsave finds its alignment
 *
 * Vectors:
 *
 *    0 .. 31   exceptions of the processor
 *   32 .. 79   lines 0 .. 47 of the I/O APICs
 *   80         the local APIC's timer
 *   95         the local APIC's spurious interrupt; its low four bits must be ones
 *
 * A page table entry:
 *
 *   63 no execute | 51:12 address | 7 large page | 6 dirty | 5 accessed | 4 uncached | 3 write through | 1 writable
 *   | 0 present
 */
#pragma once

#define FRAME_RAX 512
#define FRAME_VECTOR 632
#define FRAME_RIP 648
#define FRAME_SIZE 688

#define VECTOR_LINES 32
#define VECTOR_TIMER 80
#define VECTOR_SPURIOUS 95
#define VECTORS 96
/* Bytes from one vector's stub in trap.S to the next. */
#define STUB_SIZE 8

#ifndef __ASSEMBLER__
#include <stdbool.h>
#include <stdint.h>

#include "rumpk-abi.h"

#define ARCH_ID ARCH_X86_64
#define ARCH_PORTS 0x10000
typedef uint16_t arch_port;
typedef uint32_t arch_port_value;

typedef struct arch_frame {
  uint8_t fx[FRAME_RAX] __attribute__((aligned(16)));
  uint64_t rax, rbx, rcx, rdx, rsi, rdi, rbp, r8, r9, r10, r11, r12, r13, r14, r15;
  uint64_t vector;
  uint64_t error;
  uint64_t rip, cs, rflags, rsp, ss;
} arch_frame;

static inline void arch_interrupts_on(void) {
  __asm__ volatile("sti" ::: "memory");
}
static inline void arch_interrupts_off(void) {
  __asm__ volatile("cli" ::: "memory");
}
/* The instruction after sti still runs with interrupts masked. */
static inline void arch_interrupts_take(void) {
  __asm__ volatile("sti; nop; cli" ::: "memory");
}

/* The processor keeps the order itself: device memory is mapped uncached, and stores become visible in order (SDM,
 * volume 3, 9.2). Only the compiler must not reorder. */
static inline void arch_before_device_store(void) {
  __asm__ volatile("" ::: "memory");
}
static inline void arch_after_device_load(void) {
  __asm__ volatile("" ::: "memory");
}

static inline void port_write8(uint16_t port, uint8_t value) {
  __asm__ volatile("outb %0, %1" ::"a"(value), "Nd"(port) : "memory");
}
static inline uint8_t port_read8(uint16_t port) {
  uint8_t value;
  __asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port) : "memory");
  return value;
}

enum {
  PTE_PRESENT = 1 << 0,
  PTE_WRITABLE = 1 << 1,
  PTE_WRITE_THROUGH = 1 << 3,
  PTE_UNCACHED = 1 << 4,
  PTE_ACCESSED = 1 << 5,
  PTE_DIRTY = 1 << 6,
  PTE_LARGE = 1 << 7,
};
#define PTE_NO_EXECUTE (1ull << 63)
#define PTE_ADDRESS 0x000ffffffffff000ull

static inline uint64_t pte_leaf(uintptr_t physical, unsigned rights, unsigned level) {
  uint64_t entry = physical | PTE_PRESENT | PTE_ACCESSED | PTE_DIRTY;
  if (level > 0) entry |= PTE_LARGE;
  if (rights & MAP_WRITE) entry |= PTE_WRITABLE;
  if (!(rights & MAP_EXECUTE)) entry |= PTE_NO_EXECUTE;
  if (rights & MAP_DEVICE) entry |= PTE_UNCACHED | PTE_WRITE_THROUGH;
  return entry;
}
static inline uint64_t pte_table(uintptr_t physical) {
  return physical | PTE_PRESENT | PTE_WRITABLE;
}
static inline bool pte_present(uint64_t entry) {
  return entry & PTE_PRESENT;
}
static inline bool pte_is_table(uint64_t entry, unsigned level) {
  return level > 0 && (entry & (PTE_PRESENT | PTE_LARGE)) == PTE_PRESENT;
}
static inline uintptr_t pte_address(uint64_t entry) {
  return entry & PTE_ADDRESS;
}
#endif
