/*
 * interrupts.c: device interrupts between the controller and the kernel. A line is masked at its source when it fires
 * and stays masked until irq_ack or irq_unmask, so each line waits here at most once.
 */
#include "interrupts.h"

#include "kernel-module.h"

static uint16_t waiting[LINES];
static unsigned waiting_count;

void interrupts_note(unsigned line) {
  if (line < LINES && waiting_count < LINES) waiting[waiting_count++] = (uint16_t)line;
}

void interrupts_deliver(void) {
  for (unsigned i = 0; i < waiting_count; i++) w2c_kernel_interrupt(&kernel_module, waiting[i]);
  waiting_count = 0;
}

void interrupts_unbind(struct device_window *window) {
  if (window->line) arch_line_mask(window->line);
  window->line = 0;
}

/* The window that a line is bound to, or NULL. */
static struct device_window *window_of(uint32_t line) {
  for (uint32_t index = 0; index < CELLS; index++) {
    struct cell *cell = cell_find(index);
    for (unsigned i = 0; cell && i < WINDOWS_MAX; i++) {
      if (cell->windows[i].line == line) return &cell->windows[i];
    }
  }
  return NULL;
}

u32 w2c_hal_irq_bind(struct w2c_hal *hal, u32 line, u32 index) {
  (void)hal;
  if (line == 0 || line >= LINES) return (u32)EINVAL;
  struct device_window *bound = window_of(line);
  if (index == UINT32_MAX) {
    if (bound) interrupts_unbind(bound);
    return 0;
  }
  if (bound) return (u32)EBUSY;
  struct cell *cell = cell_find(index);
  if (!cell || cell->windows[cell->last_window].length == 0) return (u32)EINVAL;
  cell->windows[cell->last_window].line = line;
  arch_line_unmask(line);
  return 0;
}

u32 w2c_hal_irq_unmask(struct w2c_hal *hal, u32 line) {
  (void)hal;
  if (line == 0 || line >= LINES) return (u32)EINVAL;
  arch_line_unmask(line);
  return 0;
}
