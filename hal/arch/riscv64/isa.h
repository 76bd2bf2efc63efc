/*
 * isa.h: RISC-V 64 (RV64GC, S-mode, Sv39 or Sv48), from the RISC-V Instruction Set Manual, volumes I and II.
 * hal/include/arch.h says what this file must define.
 *
 * arch_frame, as trap.S stores it:
 *   0    x0..x31 (x0 is not stored)     256  f0..f31     512  pc     520  sstatus     528  fcsr
 */
#pragma once

#define FRAME_F 256
#define FRAME_PC 512
#define FRAME_STATUS 520
#define FRAME_FCSR 528
#define FRAME_SIZE 544

#ifndef __ASSEMBLER__
#include <stdbool.h>
#include <stdint.h>

#define ARCH_ID ARCH_RISCV64
#define ARCH_PORTS 0

/* sstatus: supervisor interrupts enabled now, and after the return from an exception. */
#define SSTATUS_SIE (1ul << 1)
#define SSTATUS_SPIE (1ul << 5)
#define SSTATUS_SPP (1ul << 8)

#define CSR_READ(name)                                 \
  ({                                                   \
    uint64_t value;                                    \
    __asm__ volatile("csrr %0, " #name : "=r"(value)); \
    value;                                             \
  })
#define CSR_WRITE(name, value) __asm__ volatile("csrw " #name ", %0" ::"r"(value) : "memory")
#define CSR_SET(name, bits) __asm__ volatile("csrs " #name ", %0" ::"r"(bits) : "memory")
#define CSR_CLEAR(name, bits) __asm__ volatile("csrc " #name ", %0" ::"r"(bits) : "memory")

typedef struct arch_frame {
  uint64_t x[32];
  uint64_t f[32];
  uint64_t pc;
  uint64_t status;
  uint64_t fcsr;
  uint64_t unused;
} arch_frame;

static inline void arch_interrupts_on(void) {
  __asm__ volatile("csrsi sstatus, 2" ::: "memory");
}
static inline void arch_interrupts_off(void) {
  __asm__ volatile("csrci sstatus, 2" ::: "memory");
}
/* The write that unmasks also takes a pending interrupt. */
static inline void arch_interrupts_take(void) {
  arch_interrupts_on();
  arch_interrupts_off();
}

static inline void arch_before_device_store(void) {
  __asm__ volatile("fence w, o" ::: "memory");
}
static inline void arch_after_device_load(void) {
  __asm__ volatile("fence i, r" ::: "memory");
}

enum { PTE_VALID = 1, PTE_R = 2, PTE_W = 4, PTE_X = 8, PTE_ACCESSED = 0x40, PTE_DIRTY = 0x80 };

static inline uint64_t pte_leaf(uintptr_t physical, unsigned rights, unsigned level) {
  (void)level;
  uint64_t entry = (physical >> 12) << 10 | PTE_VALID | PTE_ACCESSED | PTE_DIRTY;
  if (rights & 1) entry |= PTE_R;
  if (rights & 2) entry |= PTE_W;
  if (rights & 4) entry |= PTE_X;
  return entry;
}

static inline uint64_t pte_table(uintptr_t physical) {
  return (physical >> 12) << 10 | PTE_VALID;
}
static inline bool pte_present(uint64_t entry) {
  return entry & PTE_VALID;
}
static inline bool pte_is_table(uint64_t entry, unsigned level) {
  (void)level;
  return (entry & PTE_VALID) && !(entry & (PTE_R | PTE_W | PTE_X));
}
static inline uintptr_t pte_address(uint64_t entry) {
  return (entry >> 10 & 0xfffffffffff) << 12;
}
#endif
