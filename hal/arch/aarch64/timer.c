/*
 * timer.c: the clock and the one-shot timer: the virtual counter and the virtual timer of the generic timer (DDI 0487,
 * chapter D11), which a guest of a hypervisor has as well. Device tree: compatible "arm,armv8-timer", whose third
 * interrupt is the virtual timer's.
 *
 * Ticks become nanoseconds in two parts, whole seconds and the rest, so that no product overflows 64 bits for any
 * counter of up to 1 GHz. A deadline is rounded up to the next tick: when the timer fires, the deadline has passed.
 */
#include "arch.h"
#include "device-tree.h"
#include "interrupt.h"
#include "machine.h"

#define SECOND 1000000000ull
/* Index of the virtual timer in the node's interrupts, and its line if the node does not say. */
enum { VIRTUAL_TIMER = 2, VIRTUAL_TIMER_LINE = 27 };
enum { TIMER_ENABLE = 1 };

static uint64_t hz;
static uint64_t boot_ticks;

/* The isb keeps the processor from reading the counter early, before preceding instructions. */
static uint64_t ticks_now(void) {
  synchronize();
  return READ_REGISTER("cntvct_el0");
}

void arch_timer_init(const void *fdt) {
  (void)fdt;
  arch_timer_stop();
  hz = READ_REGISTER("cntfrq_el0");
  boot_ticks = ticks_now();
}

uint64_t arch_time_now(void) {
  uint64_t ticks = ticks_now() - boot_ticks;
  return ticks / hz * SECOND + ticks % hz * SECOND / hz;
}

uint64_t arch_timer_hz(void) {
  return hz;
}

void arch_timer_set(uint64_t deadline) {
  uint64_t ticks = deadline / SECOND * hz + (deadline % SECOND * hz + SECOND - 1) / SECOND;
  WRITE_REGISTER("cntv_cval_el0", boot_ticks + ticks);
  WRITE_REGISTER("cntv_ctl_el0", TIMER_ENABLE);
  synchronize();
}

void arch_timer_stop(void) {
  WRITE_REGISTER("cntv_ctl_el0", 0);
  synchronize();
}

unsigned timer_line(const void *fdt) {
  int node = device_tree_next(fdt, -1, "arm,armv8-timer");
  int length = 0;
  const fdt32_t *cells = node < 0 ? NULL : fdt_getprop(fdt, node, "interrupts", &length);
  if (cells == NULL || length < (VIRTUAL_TIMER + 1) * INTERRUPT_CELLS * (int)sizeof *cells) return VIRTUAL_TIMER_LINE;
  return interrupt_line(cells + VIRTUAL_TIMER * INTERRUPT_CELLS);
}
