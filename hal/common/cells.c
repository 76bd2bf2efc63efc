/*
 * cells.c: makes, enters and destroys cells: the `hal.cell_*` functions.
 *
 *   NEW --arch_call--> RUNNING --WOULD_BLOCK, yield--> PARKED --arch_unpark--> RUNNING
 *                              --timer, interrupt----> PREEMPTED --arch_resume--> RUNNING
 *                              --return, exit, fault-> ENDED
 *
 * An instance spends its whole life, from its segments and start function on, on the cell's own stack inside
 * cell_enter, so a trap there is a fault like any other.
 */
#include "cell.h"
#include "clock.h"
#include "interrupts.h"
#include "kernel-module.h"
#include "places.h"
#include "windows.h"

struct cell *current;

struct cell cells[CELLS];

const image_record *image_record_of(const struct image *image) {
  return (const image_record *)image->record;
}

void cell_fault_here(struct cell *cell, uint32_t cause, uint64_t address, uintptr_t caller) {
  arch_interrupts_off();
  cell->cause = cause;
  cell->fault_address = address;
  cell->fault_pc = caller - 1;
  arch_abort(&cell->context, EXIT_FAULTED);
}

u32 w2c_hal_cell_create(struct w2c_hal *hal, u32 image, u32 index) {
  (void)hal;
  if (image >= images_count || index >= CELLS || cells[index].state != FIBER_NONE) return (u32)EINVAL;
  const image_record *record = image_record_of(&images[image]);
  bool dma = record->flags & IMAGE_DMA;
  size_t memory = (size_t)(dma ? record->memory_max : record->memory_min) * WASM_PAGE;
  if (record->stack < KERNEL_STACK_NEED || record->stack > STACK_MAX) return (u32)EINVAL;
  if (images[image].instance_size > INSTANCE_MAX) return (u32)EINVAL;
  if (!window_open(index, memory, images[image].instance_size, record->stack, dma)) return (u32)ENOMEM;
  struct cell *cell = &cells[index];
  cell->index = index;
  cell->image = &images[image];
  cell->rumpk.cell = cell;
  cell->mmio.cell = cell;
  cell->stack_bottom = window_stack_bottom(index);
  cell->state = FIBER_NEW;
  return 0;
}

/* The outermost function of a cell, on its own stack. */
static int fiber_main(void *argument) {
  struct cell *cell = argument;
  void *instance = (void *)window_instance(cell->index);
  arch_interrupts_on();
  cell->image->instantiate(instance, &cell->rumpk, &cell->mmio);
  uint32_t status = cell->image->main(instance);
  arch_interrupts_off();
  cell->in_call = true;
  w2c_kernel_sys_exit(&kernel_module, cell->index, status);
  return EXIT_RETURNED;
}

/* Switches to the cell's stack until the cell ends, parks or is interrupted. */
static int run(struct cell *cell) {
  enum fiber_state before = cell->state;
  cell->state = FIBER_RUNNING;
  if (before == FIBER_NEW) {
    window_fill_first(cell->index);
    return arch_call(&cell->context, (void *)window_stack_top(cell->index), fiber_main, cell);
  }
  if (before == FIBER_PARKED) return arch_unpark(&cell->context);
  return arch_resume(&cell->context, &cell->frame);
}

/* Runs a cell; returns EXIT_... */
static int enter(struct cell *cell, u64 budget) {
  cell->yield = false;
  current = cell;
  if ((int64_t)budget != NEVER) clock_alarm((int64_t)(arch_time_now() + budget));
  int reason = run(cell);
  clock_alarm_off();
  current = NULL;
  if (reason == EXIT_RETURNED || reason == EXIT_FAULTED) cell->state = FIBER_ENDED;
  if (reason == EXIT_BLOCKED || reason == EXIT_YIELDED) cell->state = FIBER_PARKED;
  return reason;
}

/* Interrupts are masked except in cells' code. A kernel that finds only cells that cannot run would keep devices
 * waiting, so every cell_enter takes pending interrupts, whatever it returns. */
u32 w2c_hal_cell_enter(struct w2c_hal *hal, u32 index, u64 budget) {
  (void)hal;
  if (current) return (u32)EINVAL;
  struct cell *cell = cell_find(index);
  int reason = cell && cell->state != FIBER_ENDED ? enter(cell, budget) : EINVAL;
  arch_interrupts_take();
  interrupts_deliver();
  return (u32)reason;
}

u32 w2c_hal_cell_fault(struct w2c_hal *hal, u32 index, u32 out) {
  (void)hal;
  struct cell *cell = cell_find(index);
  cell_report *report = (cell_report *)kernel_range(out, sizeof(cell_report));
  if (!cell) return (u32)EINVAL;
  if (!report) return (u32)EFAULT;
  report->cause = cell->cause;
  report->pages = cell->memory ? (uint32_t)cell->memory->pages : 0;
  report->address = cell->fault_address;
  report->pc = cell->state == FIBER_PREEMPTED ? arch_frame_pc(&cell->frame) : cell->fault_pc;
  place_text(report->pc, cell->cause == CAUSE_STACK, (char *)report->where);
  return 0;
}

u32 w2c_hal_cell_destroy(struct w2c_hal *hal, u32 index) {
  (void)hal;
  struct cell *cell = cell_find(index);
  if (!cell || cell == current) return (u32)EINVAL;
  for (unsigned i = 0; i < WINDOWS_MAX; i++) interrupts_unbind(&cell->windows[i]);
  window_close(index);
  memset(cell, 0, offsetof(struct cell, frame));
  return 0;
}
