/*
 * main.c: a process describes itself by a flattened device tree, as every other machine does, and enters hal/ with it.
 *
 *   /                            2 address cells, 2 size cells, 1 interrupt cell: the number of the line
 *     chosen                     bootargs: the process's arguments and what the console is; stdout-path, rng-seed
 *     memory@200000000000        what all cells may have together; an address that nobody uses
 *     interrupt-controller       rumpk,lines
 *     serial@3f8                 ns16550a, with rumpk,io-ports
 *
 * Of the command line's words it takes memory=MIB itself. The tree is written front to back with libfdt's sequential
 * calls; the first error sticks.
 */
#include <libfdt.h>
#include <stdlib.h>
#include <string.h>

#include "arch.h"
#include "console.h"
#include "linux.h"
#include "machine.h"
#include "uart.h"
#include "vdso.h"

enum { TREE_SIZE = 16384, WORDS_SIZE = 8192, SEED_SIZE = 32, AUXILIARY_VDSO = 33, PHANDLE_LINES = 1 };
enum { UART_CLOCK_HZ = 1843200, MEMORY_DEFAULT = 128, MEMORY_LEAST = 32, MEMORY_MOST = 65536, STATUS_USAGE = 2 };

static uint8_t tree[TREE_SIZE] __attribute__((aligned(8)));
static int tree_error;
static char words[WORDS_SIZE];
static uint64_t memory_mib = MEMORY_DEFAULT;

__attribute__((noreturn)) void boot_main(const uintptr_t *stack);

static void check(int result) {
  if (result < 0 && tree_error == 0) tree_error = result;
}

/* For errors of the caller: one line on standard error. */
__attribute__((noreturn)) static void refuse(const char *message) {
  linux_call(LINUX_WRITE, 2, (long)message, (long)strlen(message), 0);
  for (;;) linux_call(LINUX_EXIT, STATUS_USAGE, 0, 0, 0);
}

static void add_text(const char *text) {
  size_t used = strlen(words), length = strlen(text);
  if (length >= WORDS_SIZE - used) refuse("rumpk: the command line is longer than 8191 bytes\n");
  memcpy(words + used, text, length + 1);
}

static void add_word(const char *word) {
  if (*words) add_text(" ");
  add_text(word);
}

/* Adds a number below 65536 behind the last word. */
static void add_number(unsigned number) {
  char text[6] = "";
  unsigned at = sizeof text - 1;
  do {
    text[--at] = (char)('0' + number % 10);
    number /= 10;
  } while (number);
  add_text(text + at);
}

static void add_argument(const char *word) {
  static const char memory[] = "memory=";
  add_word(word);
  if (strncmp(word, memory, sizeof memory - 1) != 0) return;
  char *end;
  memory_mib = strtoul(word + sizeof memory - 1, &end, 10);
  if (*end || memory_mib < MEMORY_LEAST || memory_mib > MEMORY_MOST) {
    refuse("rumpk: memory= takes a whole number of MiB from 32 to 65536\n");
  }
}

/* What the console's driver must know. */
static void add_console(void) {
  unsigned columns, rows;
  if (!console_is_terminal()) {
    add_word("uart.console=pipe");
  } else if (console_size(&columns, &rows)) {
    add_word("uart.columns=");
    add_number(columns);
    add_word("uart.rows=");
    add_number(rows);
  }
}

static void number(const char *name, uint32_t value) {
  check(fdt_property_u32(tree, name, value));
}
static void text(const char *name, const char *value) {
  check(fdt_property_string(tree, name, value));
}
static void flag(const char *name) {
  check(fdt_property(tree, name, NULL, 0));
}
static void begin_node(const char *name) {
  check(fdt_begin_node(tree, name));
}
static void end_node(void) {
  check(fdt_end_node(tree));
}

static void reg(uint64_t base, uint64_t length) {
  fdt64_t cells[2] = {cpu_to_fdt64(base), cpu_to_fdt64(length)};
  check(fdt_property(tree, "reg", cells, sizeof cells));
}

static void chosen(void) {
  static uint8_t seed[SEED_SIZE];
  begin_node("chosen");
  text("bootargs", words);
  text("stdout-path", "/serial@3f8");
  if (linux_call(LINUX_RANDOM, (long)seed, sizeof seed, 0, 0) == sizeof seed) {
    check(fdt_property(tree, "rng-seed", seed, sizeof seed));
  }
  memset(seed, 0, sizeof seed);
  end_node();
}

static void memory(void) {
  begin_node("memory@200000000000");
  text("device_type", "memory");
  reg(arch_memory_window(0), memory_mib << 20);
  end_node();
}

static void lines(void) {
  begin_node("interrupt-controller");
  text("compatible", "rumpk,lines");
  flag("interrupt-controller");
  number("#interrupt-cells", 1);
  number("phandle", PHANDLE_LINES);
  end_node();
}

static void serial(void) {
  begin_node("serial@3f8");
  text("compatible", "ns16550a");
  reg(UART_PORT, UART_PORTS);
  flag("rumpk,io-ports");
  number("clock-frequency", UART_CLOCK_HZ);
  number("interrupts", UART_LINE);
  end_node();
}

static void write_tree(void) {
  check(fdt_create(tree, sizeof tree));
  check(fdt_finish_reservemap(tree));
  begin_node("");
  number("#address-cells", 2);
  number("#size-cells", 2);
  number("interrupt-parent", PHANDLE_LINES);
  text("compatible", "rumpk,linux");
  chosen();
  memory();
  lines();
  serial();
  end_node();
  check(fdt_finish(tree));
}

/* Called by start.S. */
void boot_main(const uintptr_t *stack) {
  uintptr_t count = *stack++;
  for (uintptr_t i = 1; i < count; i++) add_argument((const char *)stack[i]);
  stack += count + 1;
  while (*stack) stack++;
  for (stack++; stack[0]; stack += 2) {
    if (stack[0] == AUXILIARY_VDSO) vdso_at(stack[1]);
  }
  console_open();
  add_console();
  write_tree();
  if (tree_error) machine_stop("the device tree does not fit, libfdt says", (uint64_t)-tree_error);
  machine_main(tree);
}
