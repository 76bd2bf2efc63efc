/*
 * traps.c: what an exception means. Page faults inside a window's limits are filled with zeroed frames, no matter who
 * caused them: the cell, or the kernel on its behalf. Any other exception is a fault of the running cell, if its own
 * code ran; if the kernel or a handler ran, the machine is broken and stops.
 */
#include "cell.h"
#include "interrupts.h"
#include "windows.h"

/* Saves the cell's registers and ends its cell_enter with `reason`. A second reason changes nothing. */
static void preempt(arch_frame *frame, int reason) {
  struct cell *cell = current;
  if (!cell || cell->state != FIBER_RUNNING) return;
  cell->frame = *frame;
  cell->state = FIBER_PREEMPTED;
  arch_redirect(frame, &cell->context, reason);
}

/* Ends the interrupted cell with a fault; stops the machine if the interrupted code was not a cell's. */
static void fault(arch_frame *frame, uint32_t cause, uint64_t address, const char *otherwise, uintptr_t detail) {
  struct cell *cell = current;
  if (!cell || cell->in_call || cell->state != FIBER_RUNNING) machine_stop_at(otherwise, detail, arch_frame_pc(frame));
  cell->cause = cause;
  cell->fault_address = address;
  cell->fault_pc = arch_frame_pc(frame);
  arch_redirect(frame, &cell->context, EXIT_FAULTED);
}

bool trap_page_fault(arch_frame *frame, uintptr_t address, bool execute) {
  struct window_place place = window_find(address, current ? current->index : CELLS);
  if (!execute && window_fill(place, address)) return true;
  bool own = current && place.index == current->index;
  bool stack = own && (place.part == WINDOW_STACK || place.part == WINDOW_INSTANCE);
  bool memory = own && place.part == WINDOW_MEMORY;
  fault(frame, stack ? CAUSE_STACK : CAUSE_MEMORY, memory ? place.offset : 0, "page fault at", address);
  return true;
}

void trap_timer(arch_frame *frame) {
  preempt(frame, EXIT_PREEMPTED);
}

void trap_interrupt(arch_frame *frame, unsigned line) {
  interrupts_note(line);
  preempt(frame, EXIT_INTERRUPTED);
}

void trap_other(arch_frame *frame, unsigned vector, uintptr_t detail) {
  (void)detail;
  fault(frame, CAUSE_UNREACHABLE, 0, "exception", vector);
}
