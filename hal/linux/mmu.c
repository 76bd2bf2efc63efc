/*
 * mmu.c: where the windows lie in the process: far from the program, from what Linux and a C library map by themselves,
 * and from the shadow memory of AddressSanitizer, which ends at 16 TiB.
 *
 *   below 4 GiB   the program
 *   32 TiB        memory windows, 8 GiB apart, so that a 32-bit index plus a 32-bit offset stays inside one
 *   33 TiB        stack windows
 */
#include "arch.h"
#include "machine.h"

#define MEMORY_WINDOWS (32ull << 40)
#define STACK_WINDOWS (33ull << 40)
#define MEMORY_WINDOW_SIZE (8ull << 30)

size_t arch_window_size(void) {
  return MEMORY_WINDOW_SIZE;
}

uintptr_t arch_memory_window(unsigned index) {
  return MEMORY_WINDOWS + index * MEMORY_WINDOW_SIZE;
}

uintptr_t arch_stack_windows(void) {
  return STACK_WINDOWS;
}

/* Memory has no physical addresses here. */
uintptr_t arch_identity_limit(void) {
  return MEMORY_WINDOWS;
}
