/*
 * wasm-rt.h: exactly what the C code from wasm2c 1.0.39 expects of its runtime. Memories lie in windows with guard
 * pages (docs/metal.md), so accesses are not checked; stacks have guard pages, so depth is not counted. The functions
 * are in hal/common/rt.c. Names and layouts are wasm2c's.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LIKELY(x) __builtin_expect(!!(x), 1)
#define UNLIKELY(x) __builtin_expect(!!(x), 0)
#define wasm_rt_memcpy __builtin_memcpy
#define wasm_rt_unreachable __builtin_unreachable
#define wasm_rt_is_initialized() true

#ifndef WASM_RT_MEMCHECK_GUARD_PAGES
#define WASM_RT_MEMCHECK_GUARD_PAGES 1
#endif
#define WASM_RT_USE_SEGUE 0
#define WASM_RT_SEGUE_FREE_SEGMENT 0
#define WASM_RT_SANITY_CHECKS 0
#define WASM_RT_STACK_DEPTH_COUNT 0
/* wasm2c mentions C11 atomics in functions for shared memories. */
#define WASM_RT_C11_AVAILABLE 1
#define WASM_RT_THREADS_SUPPORTED 1
#include <stdatomic.h>

typedef enum {
  WASM_RT_TRAP_NONE,
  WASM_RT_TRAP_OOB,
  WASM_RT_TRAP_INT_OVERFLOW,
  WASM_RT_TRAP_DIV_BY_ZERO,
  WASM_RT_TRAP_INVALID_CONVERSION,
  WASM_RT_TRAP_UNREACHABLE,
  WASM_RT_TRAP_CALL_INDIRECT,
  WASM_RT_TRAP_NULL_REF,
  WASM_RT_TRAP_UNCAUGHT_EXCEPTION,
  WASM_RT_TRAP_UNALIGNED,
  WASM_RT_TRAP_EXHAUSTION,
} wasm_rt_trap_t;

typedef enum {
  WASM_RT_I32,
  WASM_RT_I64,
  WASM_RT_F32,
  WASM_RT_F64,
  WASM_RT_V128,
  WASM_RT_FUNCREF,
  WASM_RT_EXTERNREF,
  WASM_RT_EXNREF,
} wasm_rt_type_t;

typedef void (*wasm_rt_function_ptr_t)(void);
typedef struct wasm_rt_tailcallee_t {
  void (*fn)(void **instance, void *stack, struct wasm_rt_tailcallee_t *next);
} wasm_rt_tailcallee_t;
/* 32 bytes that identify a signature. */
typedef const char *wasm_rt_func_type_t;

typedef struct {
  wasm_rt_func_type_t func_type;
  wasm_rt_function_ptr_t func;
  wasm_rt_tailcallee_t func_tailcallee;
  void *module_instance;
} wasm_rt_funcref_t;
#define wasm_rt_funcref_null_value ((wasm_rt_funcref_t){NULL, NULL, {NULL}, NULL})

typedef void *wasm_rt_externref_t;
#define wasm_rt_externref_null_value ((wasm_rt_externref_t){NULL})

/* A linear memory: `size` in bytes, `pages` and `max_pages` in units of `page_size` bytes. `data` never moves. */
typedef struct {
  uint8_t *data;
  uint64_t size;
  uint64_t pages;
  uint64_t max_pages;
  uint32_t page_size;
} wasm_rt_memory_t;
/* Never used: the build refuses shared memories, and the functions that mention it are unused. */
typedef struct {
  _Atomic volatile uint8_t *data;
  uint64_t size;
  uint64_t pages;
  uint64_t max_pages;
  uint32_t page_size;
} wasm_rt_shared_memory_t;

typedef struct {
  wasm_rt_funcref_t *data;
  uint32_t max_size;
  uint32_t size;
} wasm_rt_funcref_table_t;
typedef struct {
  wasm_rt_externref_t *data;
  uint32_t max_size;
  uint32_t size;
} wasm_rt_externref_table_t;

/* Ends the running cell with the cause for `trap`. The compiler must not merge calls: each is a place in the source. */
__attribute__((noreturn, cold, nomerge)) void wasm_rt_trap(wasm_rt_trap_t trap);
/* Makes the memory of the cell that is being instantiated. */
void wasm_rt_allocate_memory(wasm_rt_memory_t *memory, uint64_t pages, uint64_t max_pages, bool is64,
                             uint32_t page_size);
/* Grows by `delta` pages; returns the old number of pages, or -1 when frames or the maximum do not allow it. */
uint64_t wasm_rt_grow_memory(wasm_rt_memory_t *memory, uint64_t delta);
void wasm_rt_free_memory(wasm_rt_memory_t *memory);
void wasm_rt_allocate_funcref_table(wasm_rt_funcref_table_t *table, uint32_t elements, uint32_t max_elements);
/* Grows by `delta` elements set to `value`; returns the old size, or -1. */
uint32_t wasm_rt_grow_funcref_table(wasm_rt_funcref_table_t *table, uint32_t delta, wasm_rt_funcref_t value);
void wasm_rt_free_funcref_table(wasm_rt_funcref_table_t *table);
/* The same for tables of host references; a cell gets none, so it can only have null. */
void wasm_rt_allocate_externref_table(wasm_rt_externref_table_t *table, uint32_t elements, uint32_t max_elements);
uint32_t wasm_rt_grow_externref_table(wasm_rt_externref_table_t *table, uint32_t delta, wasm_rt_externref_t value);
void wasm_rt_free_externref_table(wasm_rt_externref_table_t *table);
