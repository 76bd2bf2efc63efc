/*
 * board.c: a Linux process as a board: how it ends, what time it is, and how it sleeps. Its devices are in simulated.c.
 */
#include "board.h"

#include "console.h"
#include "interrupt.h"
#include "linux.h"

void board_init(const void *fdt) {
  (void)fdt;
  console_listen();
}

void board_map(void) {}

void board_off(uint32_t status) {
  arch_interrupts_off();
  console_close(true);
  for (;;) linux_call(LINUX_EXIT, (long)status, 0, 0, 0);
}

void board_leave(uint32_t status) {
  console_close(false);
  for (;;) linux_call(LINUX_EXIT, (long)status, 0, 0, 0);
}

void board_stop(void) {
  console_stop();
}

void board_go_on(void) {
  console_go_on();
}

uint64_t board_real_time(void) {
  return linux_clock(LINUX_REAL_TIME);
}

void board_input_signalled(void) {
  console_signalled();
}

void board_sleep(int64_t nanoseconds) {
  console_flush();
  console_sleep(nanoseconds);
}
