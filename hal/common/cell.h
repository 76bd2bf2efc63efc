/*
 * cell.h: what the machine keeps about a cell.
 */
#pragma once
#include "arch.h"
#include "image.h"
#include "machine.h"
#include "wasm-rt.h"

/* The import contexts of wasm2c: they say which instance called, so that no cell can forge it. */
struct w2c_rumpk {
  struct cell *cell;
};
struct w2c_mmio {
  struct cell *cell;
};

/* The state of a fiber between two cell_enters. */
enum fiber_state {
  FIBER_NONE,      /* no such cell */
  FIBER_NEW,       /* not run yet */
  FIBER_RUNNING,   /* inside cell_enter */
  FIBER_PARKED,    /* in a call: arch_unpark */
  FIBER_PREEMPTED, /* anywhere: arch_resume with `frame` */
  FIBER_ENDED,     /* returned or faulted: only cell_destroy is left */
};

/* A device window. */
struct device_window {
  uintptr_t base;
  size_t length; /* 0: not mapped */
  uint32_t rights;
  uint32_t line; /* interrupt line, 0 for none */
  bool ports;    /* I/O ports: base is the first */
  bool memory;   /* plain memory: any alignment */
};

struct cell {
  arch_context context;
  uint32_t index;
  enum fiber_state state;
  const struct image *image;
  wasm_rt_memory_t *memory; /* inside the instance; NULL until it is made */
  uintptr_t stack_bottom;
  bool in_call;   /* the kernel or the runtime runs on this cell's stack, with interrupts masked */
  bool yield;     /* timer_arm asked to end this cell_enter after the call */
  uint32_t cause; /* of the last fault */
  uint64_t fault_address;
  uintptr_t fault_pc;
  struct w2c_rumpk rumpk;
  struct w2c_mmio mmio;
  struct device_window windows[WINDOWS_MAX];
  uint32_t last_window; /* mapped last: the one that irq_bind refers to */
  arch_frame frame;     /* last: not cleared between two cells */
};

/* The cell inside cell_enter, or NULL. */
extern struct cell *current;

extern struct cell cells[CELLS];

/* The cell with this index, or NULL when there is none. */
static inline struct cell *cell_find(uint32_t index) {
  return index < CELLS && cells[index].state != FIBER_NONE ? &cells[index] : NULL;
}

/* Ends the running cell: its cell_enter returns EXIT_FAULTED. Called on its stack, by a function that the cell's
 * code called; `caller` is the return address of that call, and the fault's program counter lies within the call. */
__attribute__((noreturn)) void cell_fault_here(struct cell *cell, uint32_t cause, uint64_t address, uintptr_t caller);
/* The image's record. */
const image_record *image_record_of(const struct image *image);
