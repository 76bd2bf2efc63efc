/*
 * emergency.c: a line of text on the boot UART when the machine itself is broken (docs/metal.md lists the reasons).
 * Nothing else in hal/ prints.
 */
#include "emergency.h"

#include "arch.h"
#include "board.h"
#include "device-tree.h"
#include "machine.h"

static uintptr_t uart;
static unsigned uart_shift;
static bool uart_is_pl011;
static bool uart_is_ports;

void emergency_init(const void *fdt) {
  int length;
  size_t size;
  const char *path = fdt_getprop(fdt, fdt_path_offset(fdt, "/chosen"), "stdout-path", &length);
  if (!path) return;
  const char *options = strchr(path, ':');
  int node = fdt_path_offset_namelen(fdt, path, options ? (int)(options - path) : (int)strlen(path));
  if (node < 0 || !device_tree_reg(fdt, node, 0, &uart, &size)) return;
  uart_is_pl011 = fdt_node_check_compatible(fdt, node, "arm,pl011") == 0;
  uart_is_ports = fdt_getprop(fdt, node, "rumpk,io-ports", NULL) != NULL;
  uart_shift = (unsigned)device_tree_number(fdt, node, "reg-shift", 0);
  if (!uart_is_pl011 && fdt_node_check_compatible(fdt, node, "ns16550a") != 0) uart = 0;
}

void emergency_map(void) {
  if (uart && !uart_is_ports) pages_map_device(uart, PAGE_SIZE);
}

static void put(char c) {
  enum { LSR = 5, LSR_EMPTY = 0x20, PL011_FLAGS = 0x18, PL011_FULL = 0x20 };
  if (!uart) return;
#if ARCH_PORTS
  if (uart_is_ports) {
    while (!(arch_port_load((arch_port)(uart + LSR), 1) & LSR_EMPTY)) continue;
    arch_port_store((arch_port)uart, 1, (uint8_t)c);
    return;
  }
#endif
  if (uart_is_pl011) {
    while (*(volatile uint32_t *)(uart + PL011_FLAGS) & PL011_FULL) continue;
    *(volatile uint32_t *)uart = (uint8_t)c;
  } else {
    while (!(*(volatile uint8_t *)(uart + ((uintptr_t)LSR << uart_shift)) & LSR_EMPTY)) continue;
    *(volatile uint8_t *)uart = (uint8_t)c;
  }
}

static void put_text(const char *text) {
  while (*text) put(*text++);
}

static void put_hex(uint64_t number) {
  put_text(" 0x");
  for (int shift = 60; shift >= 0; shift -= 4) put("0123456789abcdef"[number >> shift & 15]);
}

void machine_stop_at(const char *text, uint64_t number, uintptr_t pc) {
  put_text("\nrumpk: ");
  put_text(text);
  put_hex(number);
  put_text(" pc");
  put_hex(pc);
  put('\n');
  board_off(255);
}

void machine_stop(const char *text, uint64_t number) {
  machine_stop_at(text, number, (uintptr_t)__builtin_return_address(0));
}
