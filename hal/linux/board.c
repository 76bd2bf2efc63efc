/*
 * board.c: a process of Linux as a board: how it ends, what time it is, and the I/O ports of its one simulated device.
 * The ports' bounds are checked by hal/common; a wider access is that many registers, lowest first.
 */
#include "board.h"

#include "console.h"
#include "interrupt.h"
#include "linux.h"
#include "uart.h"

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

void board_update(void) {
  uart_update();
}

void board_input_signalled(void) {
  console_signalled();
}

void board_sleep(int64_t nanoseconds) {
  console_flush();
  console_sleep(nanoseconds);
}

static bool is_uart(uint16_t port) {
  return port >= UART_PORT && port < UART_PORT + UART_PORTS;
}

/* A port where nothing answers reads as all ones. */
uint32_t arch_port_load(uint16_t port, unsigned width) {
  bool masked = arch_masked;
  uint32_t value = 0;
  arch_interrupts_off();
  for (unsigned i = 0; i < width; i++) {
    uint8_t byte = is_uart((uint16_t)(port + i)) ? uart_load(port + i - UART_PORT) : 0xff;
    value |= (uint32_t)byte << (8 * i);
  }
  if (!masked) arch_interrupts_on();
  return value;
}

void arch_port_store(uint16_t port, unsigned width, uint32_t value) {
  bool masked = arch_masked;
  arch_interrupts_off();
  for (unsigned i = 0; i < width; i++) {
    if (is_uart((uint16_t)(port + i))) uart_store(port + i - UART_PORT, (uint8_t)(value >> (8 * i)));
  }
  if (!masked) arch_interrupts_on();
}
