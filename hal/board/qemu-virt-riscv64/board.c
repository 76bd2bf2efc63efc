/*
 * board.c: QEMU's virt board for RISC-V. The device tree says everything but how to pass the SiFive test device an exit
 * status, and what the registers of the Goldfish clock mean.
 */
#include "board.h"

#include "arch.h"
#include "device-tree.h"
#include "machine.h"

/* SiFive test finisher: one 32-bit register. */
enum { FINISHER_PASS = 0x5555, FINISHER_FAIL = 0x3333 };
/* Goldfish real-time clock: reading the low word latches the high one; nanoseconds since 1970. */
enum { GOLDFISH_LOW = 0, GOLDFISH_HIGH = 4 };

static uintptr_t finisher;
static uintptr_t clock;

static uintptr_t find(const void *fdt, const char *compatible) {
  uintptr_t base;
  size_t length;
  int node = device_tree_next(fdt, -1, compatible);
  return node >= 0 && device_tree_reg(fdt, node, 0, &base, &length) ? base : 0;
}

void board_init(const void *fdt) {
  finisher = find(fdt, "sifive,test0");
  clock = find(fdt, "google,goldfish-rtc");
}

void board_map(void) {
  if (finisher) pages_map_device(finisher, PAGE_SIZE);
  if (clock) pages_map_device(clock, PAGE_SIZE);
}

void board_off(uint32_t status) {
  if (finisher) *(volatile uint32_t *)finisher = status ? FINISHER_FAIL | status << 16 : FINISHER_PASS;
  for (;;) __asm__ volatile("wfi");
}

uint64_t board_real_time(void) {
  if (!clock) return 0;
  uint64_t low = *(volatile uint32_t *)(clock + GOLDFISH_LOW);
  return (uint64_t)*(volatile uint32_t *)(clock + GOLDFISH_HIGH) << 32 | low;
}
