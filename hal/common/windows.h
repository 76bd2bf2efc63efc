/*
 * windows.h: the virtual windows of a cell (index 0 to CELLS - 1) and of the kernel (index CELLS): its linear memory,
 * its wasm2c instance and its stack. Filled with zeroed pages on demand, from frames reserved beforehand.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The position of an address. */
enum window_part { WINDOW_NOWHERE, WINDOW_MEMORY, WINDOW_INSTANCE, WINDOW_STACK };

struct window_place {
  enum window_part part;
  unsigned index;
  size_t offset; /* from the start of the memory or of the stack window */
};

/* Called once, after pages_init. */
void windows_init(void);
/* Sets up the windows of `index` and reserves all frames and tables that they can need, with `memory` bytes of
 * linear memory at first. With `contiguous` the memory is one run of physical memory, mapped at once. False when out
 * of memory. */
bool window_open(unsigned index, size_t memory, size_t instance, size_t stack, bool contiguous);
/* Lets the linear memory grow to `memory` bytes in total. False when out of memory. */
bool window_grow(unsigned index, size_t memory);
/* Makes the instance's part `bytes` longer. False when out of memory or space. */
bool window_extend_instance(unsigned index, size_t bytes);
/* Maps the pages that every new cell touches at once: the first of its stack, its instance and its memory. Saves
 * three page faults per start. */
void window_fill_first(unsigned index);
/* Unmaps and frees everything. */
void window_close(unsigned index);
/* Which window an address lies in, mapped or not; looks first at `likely`. */
struct window_place window_find(uintptr_t address, unsigned likely);
/* Makes sure that a page is mapped at `place`; false when none is allowed there. */
bool window_fill(struct window_place place, uintptr_t address);
/* First byte of the linear memory and of the instance; bottom and top of the stack. */
uintptr_t window_memory(unsigned index);
uintptr_t window_instance(unsigned index);
uintptr_t window_stack_bottom(unsigned index);
uintptr_t window_stack_top(unsigned index);
/* Usable bytes at window_instance, a multiple of a page. */
size_t window_instance_size(unsigned index);
