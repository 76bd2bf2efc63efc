/*
 * mmu.c: the addresses of the windows in the process: far from the program, from mappings that Linux and a C library
 * make, and from the shadow memory of AddressSanitizer, which ends at 16 TiB.
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

/* A process has no physical addresses. */
uintptr_t arch_identity_limit(void) {
  return MEMORY_WINDOWS;
}
