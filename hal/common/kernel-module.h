/*
 * kernel-module.h: the kernel, a wasm2c instance like a cell's, except that it imports its memory and table.
 */
#pragma once
#include "kernel.h"
#include "machine.h"

extern w2c_kernel kernel_module;

/* Makes the kernel's memory and instance; window CELLS must be open. */
void kernel_module_init(void);
/* The kernel's linear memory; it never moves or grows. */
extern wasm_rt_memory_t kernel_memory;

/* [at, at + length) in the kernel's memory, or NULL when part of it is outside. */
static inline uint8_t *kernel_range(uint32_t at, uint32_t length) {
  if ((uint64_t)at + length > (uint64_t)KERNEL_PAGES * WASM_PAGE) return NULL;
  return kernel_memory.data + at;
}
