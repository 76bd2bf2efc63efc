/*
 * pages.c: pages of a process, instead of hal/common/pages.c. The windows are reserved address space (no access, no
 * memory). A page fault inside a window's limits makes pages accessible, which Linux fills with zeroes when they are
 * touched; closing a window maps the reserved space over them again.
 *
 * A memory window is filled 64 KiB at a time, the unit of linear memories: a system call serves 16 pages.
 */
#include "pages.h"

#include "linux.h"
#include "machine.h"

#if __has_feature(address_sanitizer)
/* Clears AddressSanitizer's state for the frames of a stack that is gone. */
void __asan_unpoison_memory_region(const volatile void *base, size_t length);
#endif

enum { RESERVED = MMAP_PRIVATE | MMAP_ANONYMOUS | MMAP_NO_RESERVE };

static long map_nothing(uintptr_t base, size_t length, int how) {
  return linux_call6(LINUX_MMAP, (long)base, (long)length, PROTECT_NONE, RESERVED | how, -1, 0);
}

static void reserve(uintptr_t base, size_t length) {
  long at = map_nothing(base, length, MMAP_NO_REPLACE);
  if (at != (long)base) machine_stop("Linux gives no address space (ulimit -v?), it answers", (uint64_t)at);
}

void pages_init(void) {
  reserve(arch_memory_window(0), (CELLS + 1) * arch_window_size());
  reserve(arch_stack_windows(), (CELLS + 1) * (size_t)STACK_WINDOW_SIZE);
}

/* Simulated devices have no registers in memory. */
bool pages_map_device(uintptr_t base, size_t length) {
  (void)base;
  (void)length;
  return false;
}

/* There is no contiguous memory (frames.c), so this is never called. */
size_t pages_map(uintptr_t virtual_address, uintptr_t physical, unsigned rights) {
  (void)physical;
  (void)rights;
  machine_stop("no page can be placed", virtual_address);
}

size_t pages_fill(uintptr_t virtual_address) {
  bool memory = virtual_address < arch_stack_windows();
  size_t length = memory ? WASM_PAGE : PAGE_SIZE;
  uintptr_t base = virtual_address & ~(uintptr_t)(length - 1);
  long error = linux_call(LINUX_MPROTECT, (long)base, (long)length, PROTECT_READ_WRITE, 0);
  if (error) machine_stop("Linux is out of memory, it answers", (uint64_t)error);
  return 0;
}

uintptr_t pages_physical(uintptr_t virtual_address) {
  (void)virtual_address;
  return 0;
}

void pages_unmap(uintptr_t base, size_t length, bool frames, bool upper) {
  (void)frames;
  (void)upper;
  if (!length) return;
  map_nothing(base, length, MMAP_FIXED);
#if __has_feature(address_sanitizer)
  __asan_unpoison_memory_region((void *)base, length);
#endif
}
