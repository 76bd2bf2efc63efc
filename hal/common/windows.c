/*
 * windows.c: demand-zero windows.
 *
 *   memory window (arch_window_size, at least 4 GiB + 2 MiB)     stack window (STACK_WINDOW_SIZE)
 *   0        linear memory, `memory` bytes                       0             instance, `instance` bytes
 *   memory   guard up to the next window: any address that       ...           guard
 *            a load or store can form lies inside                end - stack   stack
 *
 * Invariant: `reserved` of a window is exactly the number of frames that its unmapped pages and missing tables can
 * still take. A page table of 2 MiB serves one part of one window only (INSTANCE_MAX and the end of a stack window are
 * multiples of 2 MiB), one of 1 GiB one memory window.
 *
 * A contiguous memory (for DMA) is taken once and stays with its index for good: a device might still write to it.
 */
#include "windows.h"

#include "arch.h"
#include "frames.h"
#include "machine.h"
#include "pages.h"

#define MIB2 0x200000ul
#define GIB 0x40000000ul

struct window {
  uintptr_t base; /* of the memory window */
  size_t memory;
  size_t instance;
  size_t stack;
  size_t reserved;
  uintptr_t run;     /* physical address of the contiguous memory of this index, 0 for none */
  size_t run_length; /* bytes */
  bool contiguous;
};

static struct window windows[CELLS + 1];
static uintptr_t stack_windows;
static size_t window_size;

static size_t up(size_t value, size_t unit) {
  return (value + unit - 1) / unit;
}

/* Frames for `length` bytes that start at a multiple of 2 MiB, including tables of 2 MiB. */
static size_t need(size_t length) {
  return up(length, PAGE_SIZE) + up(length, MIB2);
}

static size_t need_memory(size_t length) {
  return need(length) + up(length, GIB);
}

void windows_init(void) {
  stack_windows = arch_stack_windows();
  window_size = arch_window_size();
  for (unsigned index = 0; index <= CELLS; index++) windows[index].base = arch_memory_window(index);
}

uintptr_t window_memory(unsigned index) {
  return windows[index].base;
}
uintptr_t window_instance(unsigned index) {
  return stack_windows + (uintptr_t)index * STACK_WINDOW_SIZE;
}
uintptr_t window_stack_top(unsigned index) {
  return window_instance(index) + STACK_WINDOW_SIZE;
}
uintptr_t window_stack_bottom(unsigned index) {
  return window_stack_top(index) - windows[index].stack;
}
size_t window_instance_size(unsigned index) {
  return windows[index].instance;
}

/* Maps the memory of a DMA cell; only its tables are reserved, the frames belong to the index. */
static bool map_run(unsigned index) {
  struct window *window = &windows[index];
  if (window->run_length < window->memory) {
    size_t frames = window->memory / PAGE_SIZE;
    if (!frames_reserve(frames)) return false;
    uintptr_t run = frames_take_run(frames);
    if (!run) {
      frames_release(frames);
      return false;
    }
    window->run = run;
    window->run_length = window->memory;
  } else {
    memset((void *)window->run, 0, window->memory);
  }
  for (size_t at = 0; at < window->memory; at += PAGE_SIZE) {
    window->reserved -= pages_map(window_memory(index) + at, window->run + at, MAP_READ | MAP_WRITE);
  }
  return true;
}

bool window_open(unsigned index, size_t memory, size_t instance, size_t stack, bool contiguous) {
  struct window *window = &windows[index];
  instance = up(instance, PAGE_SIZE) * PAGE_SIZE;
  stack = up(stack, PAGE_SIZE) * PAGE_SIZE;
  if (instance > INSTANCE_MAX || stack > STACK_MAX) return false;
  size_t frames = need_memory(memory) + need(instance) + need(stack);
  if (contiguous) frames -= memory / PAGE_SIZE;
  if (!frames_reserve(frames)) return false;
  window->memory = memory;
  window->instance = instance;
  window->stack = stack;
  window->reserved = frames;
  window->contiguous = contiguous;
  if (contiguous && !map_run(index)) {
    window_close(index);
    return false;
  }
  return true;
}

bool window_grow(unsigned index, size_t memory) {
  struct window *window = &windows[index];
  if (window->contiguous) return memory <= window->memory;
  size_t frames = need_memory(memory) - need_memory(window->memory);
  if (!frames_reserve(frames)) return false;
  window->reserved += frames;
  window->memory = memory;
  return true;
}

bool window_extend_instance(unsigned index, size_t bytes) {
  struct window *window = &windows[index];
  size_t instance = window->instance + up(bytes, PAGE_SIZE) * PAGE_SIZE;
  if (bytes > INSTANCE_MAX || instance > INSTANCE_MAX) return false;
  size_t frames = need(instance) - need(window->instance);
  if (!frames_reserve(frames)) return false;
  window->reserved += frames;
  window->instance = instance;
  return true;
}

void window_fill_first(unsigned index) {
  struct window *window = &windows[index];
  window->reserved -= pages_fill(window_stack_top(index) - PAGE_SIZE);
  window->reserved -= pages_fill(window_instance(index));
  if (window->memory) window->reserved -= pages_fill(window->base);
}

void window_close(unsigned index) {
  struct window *window = &windows[index];
  pages_unmap(window_memory(index), window->memory, !window->contiguous, true);
  pages_unmap(window_instance(index), window->instance, true, false);
  pages_unmap(window_stack_bottom(index), window->stack, true, false);
  frames_release(window->reserved);
  window->memory = window->instance = window->stack = window->reserved = 0;
}

struct window_place window_find(uintptr_t address, unsigned likely) {
  size_t offset = address - stack_windows;
  unsigned index = offset / STACK_WINDOW_SIZE;
  if (index <= CELLS) {
    offset %= STACK_WINDOW_SIZE;
    return (struct window_place){offset < INSTANCE_MAX ? WINDOW_INSTANCE : WINDOW_STACK, index, offset};
  }
  for (unsigned i = 0; i <= CELLS + 1; i++) {
    index = i == 0 ? likely : i - 1;
    offset = address - windows[index].base;
    if (offset < window_size) return (struct window_place){WINDOW_MEMORY, index, offset};
  }
  return (struct window_place){WINDOW_NOWHERE, 0, 0};
}

bool window_fill(struct window_place place, uintptr_t address) {
  struct window *window = &windows[place.index];
  bool inside = (place.part == WINDOW_MEMORY && place.offset < window->memory) ||
                (place.part == WINDOW_INSTANCE && place.offset < window->instance) ||
                (place.part == WINDOW_STACK && place.offset >= STACK_WINDOW_SIZE - window->stack);
  if (!inside) return false;
  window->reserved -= pages_fill(address);
  return true;
}
