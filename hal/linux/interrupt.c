/*
 * interrupt.c: the interrupt controller of simulated devices: 64 lines, level-triggered. A line that is high and not
 * masked interrupts; taking it masks it.
 */
#include "interrupt.h"

static uint64_t high_lines;
static uint64_t open_lines;

enum { LINES_HERE = 64 };

void arch_interrupt_init(const void *fdt) {
  (void)fdt;
}

static void look(void) {
  if (high_lines & open_lines) arch_pending = true;
}

void interrupt_level(unsigned line, bool high) {
  uint64_t bit = 1ull << line;
  high_lines = high ? high_lines | bit : high_lines & ~bit;
  look();
}

void arch_line_mask(unsigned line) {
  if (line < LINES_HERE) open_lines &= ~(1ull << line);
}

void arch_line_unmask(unsigned line) {
  if (line < LINES_HERE) open_lines |= 1ull << line;
  look();
}

bool interrupt_take(arch_frame *frame) {
  uint64_t taken = high_lines & open_lines;
  open_lines &= ~taken;
  for (uint64_t left = taken; left; left &= left - 1) trap_interrupt(frame, (unsigned)__builtin_ctzll(left));
  return taken != 0;
}
