/*
 * isa.h: what ARM64 (ARMv8-A, EL1, 4 KiB granule) fixes: the frame of an interrupted cell, page table entries, the
 * interrupt mask, and access to system registers. Source: Arm Architecture Reference Manual, DDI 0487, chapter D8.
 *
 * The frame, as trap.S stores it and arch_resume loads it:
 *
 *     0  x0 .. x30
 *   248  sp        SP_EL0: everything but exception code runs on it
 *   256  pc        ELR_EL1
 *   264  pstate    SPSR_EL1
 *   272  q0 .. q31
 *   784  fpcr
 *   792  fpsr
 *
 * A page table entry, stage 1:
 *
 *   54 UXN | 53 PXN | 47:12 address | 10 accessed | 9:8 shareability | 7 read only | 4:2 MAIR index | 1 not a block |
 *   0 valid
 */
#pragma once

#define FRAME_X 0
#define FRAME_SP 248
#define FRAME_PC 256
#define FRAME_Q 272
#define FRAME_FPCR 784
#define FRAME_SIZE 800

/* MAIR_EL1: index 0 is normal write-back memory, index 1 is device memory, nGnRE. */
#define MAIR_VALUE 0x04ff
/* TCR_EL1 without the physical address size: 48 bits of virtual address under TTBR0, none under TTBR1, walks cached. */
#define TCR_VALUE 0x803510
#define TCR_SIZE_SHIFT 32
/* SCTLR_EL1: reserved bits, MMU, data and instruction caches, and WXN: writable pages are never executable. */
#define SCTLR_BASE 0x30d00800
#define SCTLR_MMU_ON (SCTLR_BASE | (1 << 0) | (1 << 2) | (1 << 12))
#define SCTLR_WRITABLE_NEVER_EXECUTES (1 << 19)

#ifndef __ASSEMBLER__
#include <stdbool.h>
#include <stdint.h>

#include "rumpk-abi.h"

#define ARCH_ID ARCH_AARCH64
#define ARCH_PORTS 0

typedef struct arch_frame {
  uint64_t x[31];
  uint64_t sp;
  uint64_t pc;
  uint64_t pstate;
  unsigned __int128 q[32];
  uint64_t fpcr;
  uint64_t fpsr;
} arch_frame;

#define READ_REGISTER(name)                                     \
  ({                                                            \
    uint64_t value_;                                            \
    __asm__ volatile("mrs %0, " name : "=r"(value_)::"memory"); \
    value_;                                                     \
  })
#define WRITE_REGISTER(name, value) __asm__ volatile("msr " name ", %0" ::"r"((uint64_t)(value)) : "memory")
/* Waits until writes to system registers have taken effect. */
static inline void synchronize(void) {
  __asm__ volatile("isb" ::: "memory");
}

static inline void arch_interrupts_on(void) {
  __asm__ volatile("msr daifclr, #2" ::: "memory");
}
static inline void arch_interrupts_off(void) {
  __asm__ volatile("msr daifset, #2" ::: "memory");
}
static inline void arch_interrupts_take(void) {
  __asm__ volatile("msr daifclr, #2\n isb\n msr daifset, #2" ::: "memory");
}

static inline void arch_before_device_store(void) {
  __asm__ volatile("dmb oshst" ::: "memory");
}
static inline void arch_after_device_load(void) {
  __asm__ volatile("dmb oshld" ::: "memory");
}

enum {
  PTE_VALID = 1 << 0,
  PTE_TABLE_OR_PAGE = 1 << 1,
  PTE_DEVICE = 1 << 2,
  PTE_READ_ONLY = 1 << 7,
  PTE_INNER_SHAREABLE = 3 << 8,
  PTE_ACCESSED = 1 << 10,
};
#define PTE_PXN (1ull << 53)
#define PTE_UXN (1ull << 54)
#define PTE_ADDRESS 0x0000fffffffff000ull

static inline uint64_t pte_leaf(uintptr_t physical, unsigned rights, unsigned level) {
  uint64_t entry = physical | PTE_ACCESSED | PTE_INNER_SHAREABLE | PTE_UXN | PTE_VALID;
  if (level == 0) entry |= PTE_TABLE_OR_PAGE;
  if (!(rights & MAP_WRITE)) entry |= PTE_READ_ONLY;
  if (!(rights & MAP_EXECUTE)) entry |= PTE_PXN;
  if (rights & MAP_DEVICE) entry |= PTE_DEVICE;
  return entry;
}
static inline uint64_t pte_table(uintptr_t physical) {
  return physical | PTE_TABLE_OR_PAGE | PTE_VALID;
}
static inline bool pte_present(uint64_t entry) {
  return entry & PTE_VALID;
}
static inline bool pte_is_table(uint64_t entry, unsigned level) {
  return level > 0 && (entry & (PTE_TABLE_OR_PAGE | PTE_VALID)) == (PTE_TABLE_OR_PAGE | PTE_VALID);
}
static inline uintptr_t pte_address(uint64_t entry) {
  return entry & PTE_ADDRESS;
}
#endif
