/*
 * tree.c: describes a PC with a flattened device tree, as every other machine describes itself, and enters hal/ with
 * it. The tree is made from the PVH boot information (memory, command line), the ACPI tables (acpi.c), the command
 * line's `virtio_mmio.device=` options (microvm), and by probing the few devices that every PC has at fixed ports:
 *
 *   /                            2 address cells, 2 size cells, 1 interrupt cell: the number of the line
 *     chosen                     bootargs, stdout-path, rng-seed where the processor has a source
 *     cpus/cpu@ID                reg: local APIC id
 *     memory@BASE                RAM from 1 MiB up; memory below belongs to the firmware
 *     local-apic@BASE            intel,local-apic
 *     io-apic@BASE               intel,io-apic; hal/arch/x86_64/interrupt.c describes the properties
 *     timer@40 serial@3f8 rtc@70 intel,i8254, ns16550a, motorola,mc146818, with rumpk,io-ports
 *     virtio@BASE                virtio,mmio
 *
 * The tree is written front to back with libfdt's sequential calls; the first error sticks.
 */
#include <libfdt.h>
#include <stdlib.h>
#include <string.h>

#include "arch.h"
#include "machine.h"
#include "platform.h"

#define START_INFO_MAGIC 0x336ec578
#define MIB (1ull << 20)
enum { TREE_SIZE = 16384, MEMORY_RAM = 1, VIRTIO_MAX = 32, TEXT_SIZE = 32, SEED_WORDS = 4 };
enum { SERIAL_PORT = 0x3f8, SERIAL_PORTS = 8, SERIAL_SCRATCH = 7, SERIAL_INTERRUPT = 4, SERIAL_CLOCK_HZ = 1843200 };
enum { TIMER_PORT = 0x40, TIMER_PORTS = 4, TIMER_CONTROL = 3, TIMER_READ_STATUS = 0xe2 };
enum { CLOCK_PORT = 0x70, CLOCK_PORTS = 2, CLOCK_STATUS_D = 0x0d, NO_DEVICE = 0xff };
enum { PHANDLE_IO_APIC = 1 };

/* A device of microvm. */
struct virtio_device {
  uint64_t base, length;
  uint32_t line;
};

static uint8_t tree[TREE_SIZE] __attribute__((aligned(8)));
static int tree_error;
static struct platform platform;
static struct virtio_device virtio_devices[VIRTIO_MAX];
static unsigned virtio_count;

void boot_main(const struct start_info *info);

static void check(int result) {
  if (result < 0 && tree_error == 0) tree_error = result;
}

/* `name@address` in hexadecimal. */
static void begin_node_at(const char *name, uint64_t address) {
  char text[TEXT_SIZE];
  size_t length = strlen(name);
  memcpy(text, name, length);
  text[length++] = '@';
  int shift = 60;
  while (shift > 0 && address >> shift == 0) shift -= 4;
  for (; shift >= 0; shift -= 4) text[length++] = "0123456789abcdef"[address >> shift & 15];
  text[length] = 0;
  check(fdt_begin_node(tree, text));
}

static void end_node(void) {
  check(fdt_end_node(tree));
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

static void reg(uint64_t base, uint64_t length) {
  fdt64_t cells[2] = {cpu_to_fdt64(base), cpu_to_fdt64(length)};
  check(fdt_property(tree, "reg", cells, sizeof cells));
}

/* Begins the node of a device at I/O ports. */
static void begin_port_device(const char *name, const char *compatible, uint16_t port, uint16_t ports) {
  begin_node_at(name, port);
  text("compatible", compatible);
  reg(port, ports);
  flag("rumpk,io-ports");
}

/* A 16550 has a scratch register that reads back what was written. */
static bool has_serial(void) {
  port_write8(SERIAL_PORT + SERIAL_SCRATCH, 0x5a);
  return port_read8(SERIAL_PORT + SERIAL_SCRATCH) == 0x5a;
}

/* All ones would mean a counter in decimal mode, which nobody uses. */
static bool has_timer(void) {
  port_write8(TIMER_PORT + TIMER_CONTROL, TIMER_READ_STATUS);
  return port_read8(TIMER_PORT) != NO_DEVICE;
}

/* Bits 6:0 of status register D are zero. */
static bool has_clock(void) {
  port_write8(CLOCK_PORT, CLOCK_STATUS_D);
  return port_read8(CLOCK_PORT + 1) != NO_DEVICE;
}

/* True with 64 random bits if the processor has a source. */
static bool random_word(uint64_t *word) {
  enum { FEATURES = 1, HAS_RDRAND = 1 << 30, TRIES = 10 };
  uint32_t a = FEATURES, b, c = 0, d;
  __asm__("cpuid" : "+a"(a), "=b"(b), "+c"(c), "=d"(d));
  bool done = false;
  for (int i = 0; i < TRIES && c & HAS_RDRAND && !done; i++) {
    __asm__ volatile("rdrand %0" : "=r"(*word), "=@ccc"(done));
  }
  return done;
}

static void chosen(const char *command_line, bool serial) {
  uint64_t seed[SEED_WORDS];
  unsigned words = 0;
  check(fdt_begin_node(tree, "chosen"));
  text("bootargs", command_line);
  if (serial) text("stdout-path", "/serial@3f8");
  while (words < SEED_WORDS && random_word(&seed[words])) words++;
  if (words == SEED_WORDS) check(fdt_property(tree, "rng-seed", seed, sizeof seed));
  end_node();
}

static void cores(void) {
  check(fdt_begin_node(tree, "cpus"));
  number("#address-cells", 1);
  number("#size-cells", 0);
  for (uint32_t i = 0; i < platform.cores; i++) {
    begin_node_at("cpu", platform.core_ids[i]);
    text("device_type", "cpu");
    number("reg", platform.core_ids[i]);
    end_node();
  }
  end_node();
}

static void memory(const struct start_info *info) {
  const struct memory_map_entry *map = (const struct memory_map_entry *)info->memory_map;
  for (uint32_t i = 0; i < info->memory_map_entries; i++) {
    uint64_t end = map[i].base + map[i].length;
    uint64_t base = map[i].base < MIB ? MIB : map[i].base;
    if (map[i].type != MEMORY_RAM || base >= end) continue;
    begin_node_at("memory", base);
    text("device_type", "memory");
    reg(base, end - base);
    end_node();
  }
}

static void local_apic(void) {
  begin_node_at("local-apic", platform.local_apic);
  text("compatible", "intel,local-apic");
  reg(platform.local_apic, PAGE_SIZE);
  end_node();
}

/* Lists the lines with this trigger mode. */
static void lines(const char *name, enum trigger trigger) {
  fdt32_t list[ISA_LINES + VIRTIO_MAX];
  unsigned count = 0;
  for (unsigned i = 0; i < ISA_LINES; i++) {
    if (platform.isa_trigger[i] == trigger) list[count++] = cpu_to_fdt32(platform.isa_line[i]);
  }
  for (unsigned i = 0; i < virtio_count && trigger == TRIGGER_LEVEL_HIGH; i++) {
    list[count++] = cpu_to_fdt32(virtio_devices[i].line);
  }
  if (count) check(fdt_property(tree, name, list, (int)(count * sizeof *list)));
}

static void io_apics(void) {
  for (uint32_t i = 0; i < platform.io_apics; i++) {
    begin_node_at("io-apic", platform.io_apic[i].base);
    text("compatible", "intel,io-apic");
    reg(platform.io_apic[i].base, PAGE_SIZE);
    flag("interrupt-controller");
    number("#interrupt-cells", 1);
    number("phandle", PHANDLE_IO_APIC + i);
    number("rumpk,first-line", platform.io_apic[i].first_line);
    lines("rumpk,level-high", TRIGGER_LEVEL_HIGH);
    lines("rumpk,level-low", TRIGGER_LEVEL_LOW);
    end_node();
  }
}

static void port_devices(bool serial) {
  if (serial) {
    begin_port_device("serial", "ns16550a", SERIAL_PORT, SERIAL_PORTS);
    number("clock-frequency", SERIAL_CLOCK_HZ);
    number("interrupts", platform.isa_line[SERIAL_INTERRUPT]);
    end_node();
  }
  if (has_timer()) {
    begin_port_device("timer", "intel,i8254", TIMER_PORT, TIMER_PORTS);
    end_node();
  }
  if (has_clock()) {
    begin_port_device("rtc", "motorola,mc146818", CLOCK_PORT, CLOCK_PORTS);
    end_node();
  }
}

static void virtio(void) {
  for (unsigned i = 0; i < virtio_count; i++) {
    begin_node_at("virtio", virtio_devices[i].base);
    text("compatible", "virtio,mmio");
    reg(virtio_devices[i].base, virtio_devices[i].length);
    number("interrupts", virtio_devices[i].line);
    end_node();
  }
}

/* A decimal number, or a hexadecimal one after 0x; advances `*text` past it. */
static uint64_t read_number(const char **text) {
  bool hexadecimal = strncmp(*text, "0x", 2) == 0;
  char *end;
  uint64_t value = strtoul(*text + (hexadecimal ? 2 : 0), &end, hexadecimal ? 16 : 10);
  *text = end;
  return value;
}

/* Reads `length@base:line` into the next virtio device; malformed options are skipped. */
static void find_virtio_device(const char *word) {
  struct virtio_device device;
  device.length = read_number(&word);
  if (*word++ != '@') return;
  device.base = read_number(&word);
  if (*word++ != ':') return;
  device.line = (uint32_t)read_number(&word);
  if (device.length && virtio_count < VIRTIO_MAX) virtio_devices[virtio_count++] = device;
}

static void find_virtio(const char *command_line) {
  static const char word[] = "virtio_mmio.device=";
  for (const char *at = command_line; at; at = strchr(at, ' ')) {
    while (*at == ' ') at++;
    if (strncmp(at, word, sizeof word - 1) == 0) find_virtio_device(at + sizeof word - 1);
  }
}

static void write_tree(const struct start_info *info, const char *command_line) {
  bool serial = has_serial();
  check(fdt_create(tree, sizeof tree));
  check(fdt_finish_reservemap(tree));
  check(fdt_begin_node(tree, ""));
  number("#address-cells", 2);
  number("#size-cells", 2);
  number("interrupt-parent", PHANDLE_IO_APIC);
  text("compatible", "rumpk,pc");
  chosen(command_line, serial);
  cores();
  memory(info);
  local_apic();
  io_apics();
  port_devices(serial);
  virtio();
  end_node();
  check(fdt_finish(tree));
}

/* Called by start.S. A 16550's interrupt output stays high while there is a cause, so the serial line is treated as
 * level-triggered unless the tables say otherwise. */
void boot_main(const struct start_info *info) {
  if (info->magic != START_INFO_MAGIC || info->version == 0) machine_stop("no PVH memory map: version", info->version);
  const char *command_line = info->command_line ? (const char *)info->command_line : "";
  acpi_platform(info->rsdp, &platform);
  if (platform.isa_trigger[SERIAL_INTERRUPT] == TRIGGER_EDGE_HIGH) {
    platform.isa_trigger[SERIAL_INTERRUPT] = TRIGGER_LEVEL_HIGH;
  }
  find_virtio(command_line);
  write_tree(info, command_line);
  if (tree_error) machine_stop("the device tree does not fit, libfdt says", (uint64_t)-tree_error);
  machine_main(tree);
}
