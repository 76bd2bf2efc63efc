/*
 * mmu.c: Sv48 if the hart has it and the command line does not say mmu=sv39, else Sv39; so one image tests both.
 *
 *   Sv48                                        Sv39
 *   0          RAM and devices, 1:1             0        RAM and devices, 1:1
 *   1 TiB      memory windows, 8 GiB each       64 GiB   the first 38 memory windows, 5 GiB each
 *   2 TiB      stack windows                    -256 GiB the other memory windows
 *                                               -64 GiB  stack windows
 */
#include "arch.h"
#include "device-tree.h"
#include "machine.h"

#define GIB (1ull << 30)
#define SATP_SV39 (8ull << 60)
#define SATP_SV48 (9ull << 60)

enum { SV39_LOW_WINDOWS = 38 };

extern const void *boot_fdt;

static unsigned levels;

/* satp keeps its old value if the hart lacks the mode. */
static bool has_sv48(void) {
  static uint64_t identity[512] __attribute__((aligned(PAGE_SIZE)));
  /* While probing, the first 512 GiB must stay identity-mapped and executable, as with paging off. */
  identity[0] = (uint64_t)PTE_VALID | PTE_R | PTE_W | PTE_X | PTE_ACCESSED | PTE_DIRTY;
  CSR_WRITE(satp, SATP_SV48 | (uintptr_t)identity >> 12);
  bool yes = CSR_READ(satp) >> 60 == SATP_SV48 >> 60;
  CSR_WRITE(satp, 0);
  arch_pages_changed();
  return yes;
}

unsigned arch_mmu_levels(void) {
  if (levels == 0) levels = !device_tree_bootarg(boot_fdt, "mmu=sv39") && has_sv48() ? 4 : 3;
  return levels;
}

void arch_mmu_on(const uint64_t *root) {
  arch_pages_changed();
  CSR_WRITE(satp, (levels == 4 ? SATP_SV48 : SATP_SV39) | (uintptr_t)root >> 12);
  arch_pages_changed();
}

void arch_page_added(uintptr_t virtual_address) {
  __asm__ volatile("sfence.vma %0, zero" ::"r"(virtual_address) : "memory");
}

void arch_pages_changed(void) {
  __asm__ volatile("sfence.vma" ::: "memory");
}

size_t arch_window_size(void) {
  return levels == 4 ? 8 * GIB : 5 * GIB;
}

uintptr_t arch_memory_window(unsigned index) {
  if (levels == 4) return 1024 * GIB + index * 8 * GIB;
  if (index < SV39_LOW_WINDOWS) return 64 * GIB + index * 5 * GIB;
  return -256 * GIB + (index - SV39_LOW_WINDOWS) * 5 * GIB;
}

uintptr_t arch_stack_windows(void) {
  return levels == 4 ? 2048 * GIB : -64 * GIB;
}

uintptr_t arch_identity_limit(void) {
  return 64 * GIB;
}
