/*
 * kernel-module.c: the kernel's instance, memory (its own guarded window, of fixed size) and function table.
 */
#include "kernel-module.h"

#include "wasm-rt.h"
#include "windows.h"

w2c_kernel kernel_module;

wasm_rt_memory_t kernel_memory;
static wasm_rt_funcref_t elements[KERNEL_TABLE];
static wasm_rt_funcref_table_t table;

wasm_rt_memory_t *w2c_env_memory(struct w2c_env *env) {
  (void)env;
  return &kernel_memory;
}

wasm_rt_funcref_table_t *w2c_env_table(struct w2c_env *env) {
  (void)env;
  return &table;
}

void kernel_module_init(void) {
  kernel_memory.data = (uint8_t *)window_memory(CELLS);
  kernel_memory.pages = kernel_memory.max_pages = KERNEL_PAGES;
  kernel_memory.page_size = WASM_PAGE;
  kernel_memory.size = (uint64_t)KERNEL_PAGES * WASM_PAGE;
  table = (wasm_rt_funcref_table_t){elements, KERNEL_TABLE, KERNEL_TABLE};
  wasm2c_kernel_instantiate(&kernel_module, NULL, NULL);
}
