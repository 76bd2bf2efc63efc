/*
 * mmu.c: switches to the page tables that hal/common builds, and keeps the TLB honest. Four levels of 512 entries; the
 * lower half of the virtual addresses is used:
 *
 *   0 .. 1 TiB   RAM and devices at their physical addresses
 *   2 TiB        memory windows, 8 GiB apart, so that a 32-bit index plus a 32-bit offset stays inside one
 *   3 TiB        stack windows
 *
 * boot/ has set EFER.NXE, so that entries can forbid execution, and CR0.WP, so that read-only holds in ring 0.
 */
#include "arch.h"
#include "machine.h"

#define IDENTITY_LIMIT (1ull << 40)
#define MEMORY_WINDOWS (2ull << 40)
#define STACK_WINDOWS (3ull << 40)
#define MEMORY_WINDOW_SIZE (8ull << 30)

unsigned arch_mmu_levels(void) {
  return 4;
}

void arch_mmu_on(const uint64_t *root) {
  __asm__ volatile("mov %0, %%cr3" ::"r"(root) : "memory");
}

/* The processor never caches an entry that is not present. */
void arch_page_added(uintptr_t virtual_address) {
  (void)virtual_address;
  __asm__ volatile("" ::: "memory");
}

/* No entry is global, so reloading the root flushes all. */
void arch_pages_changed(void) {
  uint64_t root;
  __asm__ volatile("mov %%cr3, %0; mov %0, %%cr3" : "=r"(root)::"memory");
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
