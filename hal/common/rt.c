/*
 * rt.c: the runtime of wasm2c's output. All of it runs on the stack of the calling cell, inside cell_enter; interrupts
 * are masked while it touches shared counts.
 *
 * A cell has one linear memory, in its memory window. Its tables follow its instance struct in the instance's part of
 * its stack window, each starting on a page boundary.
 */
#include "wasm-rt.h"

#include "cell.h"
#include "windows.h"

static uint32_t cause_of(wasm_rt_trap_t trap) {
  switch (trap) {
    case WASM_RT_TRAP_OOB:
      return CAUSE_MEMORY;
    case WASM_RT_TRAP_INT_OVERFLOW:
      return CAUSE_OVERFLOW;
    case WASM_RT_TRAP_DIV_BY_ZERO:
      return CAUSE_DIVISION;
    case WASM_RT_TRAP_INVALID_CONVERSION:
      return CAUSE_CONVERSION;
    case WASM_RT_TRAP_CALL_INDIRECT:
      return CAUSE_INDIRECT;
    case WASM_RT_TRAP_NULL_REF:
      return CAUSE_INDIRECT;
    case WASM_RT_TRAP_UNALIGNED:
      return CAUSE_UNALIGNED;
    case WASM_RT_TRAP_EXHAUSTION:
      return CAUSE_STACK;
    default:
      return CAUSE_UNREACHABLE;
  }
}

void wasm_rt_trap(wasm_rt_trap_t trap) {
  uintptr_t pc = (uintptr_t)__builtin_return_address(0);
  if (!current || current->in_call) machine_stop_at("trap of the kernel", trap, pc);
  cell_fault_here(current, cause_of(trap), 0, pc);
}

/* Masks interrupts while the runtime changes shared state. */
static struct cell *runtime_begin(void) {
  arch_interrupts_off();
  return current;
}

static void runtime_end(void) {
  arch_interrupts_on();
}

void wasm_rt_allocate_memory(wasm_rt_memory_t *memory, uint64_t pages, uint64_t max_pages, bool is64,
                             uint32_t page_size) {
  struct cell *cell = runtime_begin();
  const image_record *record = image_record_of(cell->image);
  uintptr_t pc = (uintptr_t)__builtin_return_address(0);
  if (is64 || page_size != WASM_PAGE || cell->memory) cell_fault_here(cell, CAUSE_MODULE, 0, pc);
  if (pages > record->memory_min && !window_grow(cell->index, pages * WASM_PAGE)) {
    cell_fault_here(cell, CAUSE_NO_MEMORY, 0, pc);
  }
  memory->data = (uint8_t *)window_memory(cell->index);
  memory->pages = pages;
  memory->size = pages * WASM_PAGE;
  memory->max_pages = max_pages < record->memory_max ? max_pages : record->memory_max;
  memory->page_size = page_size;
  cell->memory = memory;
  runtime_end();
}

uint64_t wasm_rt_grow_memory(wasm_rt_memory_t *memory, uint64_t delta) {
  struct cell *cell = runtime_begin();
  uint64_t before = memory->pages;
  uint64_t after = before + delta;
  bool done = delta <= memory->max_pages && after <= memory->max_pages &&
              (delta == 0 || window_grow(cell->index, after * WASM_PAGE));
  if (done) {
    memory->pages = after;
    memory->size = after * WASM_PAGE;
  }
  runtime_end();
  return done ? before : UINT64_MAX;
}

/* Makes room for a table after the instance's other data; it is zeroed, and zero means null. */
static void *table_make(uint32_t elements, size_t size, uintptr_t pc) {
  struct cell *cell = runtime_begin();
  size_t used = window_instance_size(cell->index);
  if (!window_extend_instance(cell->index, elements * size)) cell_fault_here(cell, CAUSE_NO_MEMORY, 0, pc);
  runtime_end();
  return (void *)(window_instance(cell->index) + used);
}

/* Makes room for `delta` more elements. Only the last table can grow; WebAssembly allows a table to refuse. */
static bool table_extend(const void *data, uint32_t before, uint32_t delta, uint32_t max_size, size_t size) {
  struct cell *cell = runtime_begin();
  size_t end = window_instance(cell->index) + window_instance_size(cell->index) - (uintptr_t)data;
  size_t wanted = ((size_t)before + delta) * size;
  size_t has = (before * size + PAGE_SIZE - 1) / PAGE_SIZE * PAGE_SIZE;
  bool done =
      delta <= max_size - before && end == has && (wanted <= has || window_extend_instance(cell->index, wanted - has));
  runtime_end();
  return done;
}

#define CALLER ((uintptr_t)__builtin_return_address(0))

#define DEFINE_TABLE(kind)                                                                                          \
  void wasm_rt_allocate_##kind##_table(wasm_rt_##kind##_table_t *table, uint32_t elements, uint32_t max_elements) { \
    table->data = table_make(elements, sizeof *table->data, CALLER);                                                \
    table->size = elements;                                                                                         \
    table->max_size = max_elements;                                                                                 \
  }                                                                                                                 \
  uint32_t wasm_rt_grow_##kind##_table(wasm_rt_##kind##_table_t *table, uint32_t delta, wasm_rt_##kind##_t value) { \
    uint32_t before = table->size;                                                                                  \
    if (!table_extend(table->data, before, delta, table->max_size, sizeof *table->data)) return UINT32_MAX;         \
    for (uint32_t i = 0; i < delta; i++) table->data[before + i] = value;                                           \
    table->size = before + delta;                                                                                   \
    return before;                                                                                                  \
  }

DEFINE_TABLE(funcref)
DEFINE_TABLE(externref)
