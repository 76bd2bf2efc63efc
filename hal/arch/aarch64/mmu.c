/*
 * mmu.c: switches to the page tables that hal/common builds, and keeps the TLB honest. Tables of 512 entries, 4 KiB
 * granule, 48 bits of virtual address, all under TTBR0:
 *
 *   0 .. 512 GiB    RAM and devices at their physical addresses
 *   1 TiB           memory windows, 8 GiB apart, so that a 32-bit index plus a 32-bit offset stays inside one
 *   2 TiB           stack windows
 *
 * SCTLR_EL1.WXN is set: a writable page is never executable, whatever its entry says.
 */
#include "arch.h"
#include "machine.h"

#define IDENTITY_LIMIT (1ull << 39)
#define MEMORY_WINDOWS (1ull << 40)
#define STACK_WINDOWS (1ull << 41)
#define MEMORY_WINDOW_SIZE (8ull << 30)
/* Physical addresses of 48 bits; larger ones would need another entry format. */
#define PHYSICAL_SIZE_MAX 5

unsigned arch_mmu_levels(void) {
  return 4;
}

void arch_mmu_on(const uint64_t *root) {
  uint64_t size = READ_REGISTER("id_aa64mmfr0_el1") & 15;
  if (size > PHYSICAL_SIZE_MAX) size = PHYSICAL_SIZE_MAX;
  uint64_t tcr = TCR_VALUE | size << TCR_SIZE_SHIFT;
  uint64_t sctlr = SCTLR_MMU_ON | SCTLR_WRITABLE_NEVER_EXECUTES;
  /* The boot tables map the same addresses in blocks of another size. Their entries must leave the TLB before the
   * new ones are used, so translation is off in between, and nothing may touch memory until it is on again. */
  __asm__ volatile(
      "dsb ish\n"
      "msr sctlr_el1, %[off]\n"
      "isb\n"
      "msr mair_el1, %[mair]\n"
      "msr tcr_el1, %[tcr]\n"
      "msr ttbr0_el1, %[root]\n"
      "isb\n"
      "tlbi vmalle1\n"
      "ic iallu\n"
      "dsb nsh\n"
      "isb\n"
      "msr sctlr_el1, %[on]\n"
      "isb" ::[off] "r"((uint64_t)SCTLR_BASE),
      [mair] "r"((uint64_t)MAIR_VALUE), [tcr] "r"(tcr), [root] "r"(root), [on] "r"(sctlr)
      : "memory");
}

/* An invalid entry is never in a TLB: it is enough that the table walk sees the write. */
void arch_page_added(uintptr_t virtual_address) {
  (void)virtual_address;
  __asm__ volatile("dsb ishst; isb" ::: "memory");
}

void arch_pages_changed(void) {
  __asm__ volatile("dsb ishst; tlbi vmalle1is; dsb ish; isb" ::: "memory");
}

size_t arch_window_size(void) {
  return MEMORY_WINDOW_SIZE;
}

uintptr_t arch_memory_window(unsigned index) {
  return MEMORY_WINDOWS + index * MEMORY_WINDOW_SIZE;
}

uintptr_t arch_stack_windows(void) {
  return STACK_WINDOWS;
}

uintptr_t arch_identity_limit(void) {
  return IDENTITY_LIMIT;
}
