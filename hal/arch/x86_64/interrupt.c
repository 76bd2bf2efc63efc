/*
 * interrupt.c: the I/O APICs (82093AA), which receive the lines, and the local APIC, which delivers them to the core.
 * Device tree, made by boot/x86_64: "intel,io-apic" nodes with
 *
 *   reg               select register at 0, data at 0x10
 *   rumpk,first-line  number of the line at pin 0
 *   rumpk,level-high, rumpk,level-low
 *                     lines that differ from the default of ISA lines, edge-triggered and active high
 *
 * A redirection entry, two registers from 0x10 + 2 pin: 63:56 core | 16 masked | 15 level | 13 active low | 7:0 vector.
 *
 * A level-triggered line stays masked from its interrupt to arch_line_unmask. An edge that arrives while its line is
 * masked is lost, so an edge-triggered line is not masked when it is taken: it cannot fire again before its driver has
 * served the device.
 */
#include "interrupt.h"

#include "device-tree.h"
#include "machine.h"

enum { IO_APICS = 2, PINS = VECTOR_TIMER - VECTOR_LINES };
enum { IO_DATA = 0x10, IO_VERSION = 1, IO_ENTRIES = 0x10, IO_PINS_SHIFT = 16 };
enum { ENTRY_ACTIVE_LOW = 1 << 13, ENTRY_LEVEL = 1 << 15, ENTRY_MASKED = 1 << 16, ENTRY_CORE_SHIFT = 24 };
enum { SPURIOUS_ENABLE = 1 << 8 };
/* Older local APICs set the low four bits of the spurious vector whatever is written (SDM volume 3, 11.9). A
 * spurious interrupt sets no in-service bit, so it needs no completion. */
_Static_assert((VECTOR_SPURIOUS & 15) == 15, "the spurious vector of every local APIC");
/* Data registers of the two 8259 controllers, which the I/O APICs replace: all ones masks every line. */
enum { PIC_MASTER_MASK = 0x21, PIC_SLAVE_MASK = 0xa1 };

struct io_apic {
  uintptr_t base;
  unsigned first, pins;
};

static uintptr_t local_apic;
static struct io_apic io_apics[IO_APICS];
/* The redirection entry of each line, without its mask bit. */
static uint32_t entries[PINS];

uint32_t local_apic_read(unsigned offset) {
  return *(volatile uint32_t *)(local_apic + offset);
}

void local_apic_write(unsigned offset, uint32_t value) {
  *(volatile uint32_t *)(local_apic + offset) = value;
}

void local_apic_init(const void *fdt) {
  if (local_apic) return;
  int node = device_tree_next(fdt, -1, "intel,local-apic");
  uintptr_t base;
  size_t length;
  if (node < 0 || !device_tree_reg(fdt, node, 0, &base, &length) || !pages_map_device(base, length)) {
    machine_stop("no local APIC", 0);
  }
  local_apic = base;
  local_apic_write(APIC_LVT_TIMER, APIC_MASKED);
  local_apic_write(APIC_LVT_LINT0, APIC_MASKED);
  local_apic_write(APIC_LVT_LINT1, APIC_MASKED);
  local_apic_write(APIC_LVT_ERROR, APIC_MASKED);
  local_apic_write(APIC_TASK_PRIORITY, 0);
  local_apic_write(APIC_SPURIOUS, SPURIOUS_ENABLE | VECTOR_SPURIOUS);
}

static uint32_t io_apic_read(const struct io_apic *apic, unsigned index) {
  *(volatile uint32_t *)apic->base = index;
  return *(volatile uint32_t *)(apic->base + IO_DATA);
}

static void io_apic_write(const struct io_apic *apic, unsigned index, uint32_t value) {
  *(volatile uint32_t *)apic->base = index;
  *(volatile uint32_t *)(apic->base + IO_DATA) = value;
}

/* Writes the low half of the line's entry; a line that no I/O APIC has is ignored. */
static void write_entry(unsigned line, uint32_t mask) {
  for (unsigned i = 0; i < IO_APICS; i++) {
    const struct io_apic *apic = &io_apics[i];
    if (line < apic->first || line - apic->first >= apic->pins) continue;
    io_apic_write(apic, IO_ENTRIES + 2 * (line - apic->first), entries[line] | mask);
  }
}

/* Adds `bits` to the entries of the lines that the property lists. */
static void read_lines(const void *fdt, int node, const char *property, uint32_t bits) {
  int length;
  const fdt32_t *lines = fdt_getprop(fdt, node, property, &length);
  for (int i = 0; lines && i < length / 4; i++) {
    uint32_t line = fdt32_to_cpu(lines[i]);
    if (line < PINS) entries[line] |= bits;
  }
}

static void io_apic_init(const void *fdt, int node, struct io_apic *apic) {
  uintptr_t base;
  size_t length;
  if (!device_tree_reg(fdt, node, 0, &base, &length) || !pages_map_device(base, length)) return;
  apic->base = base;
  apic->first = (unsigned)device_tree_number(fdt, node, "rumpk,first-line", 0);
  if (apic->first >= PINS) return;
  apic->pins = (io_apic_read(apic, IO_VERSION) >> IO_PINS_SHIFT & 0xff) + 1;
  if (apic->pins > PINS - apic->first) apic->pins = PINS - apic->first;
  read_lines(fdt, node, "rumpk,level-high", ENTRY_LEVEL);
  read_lines(fdt, node, "rumpk,level-low", ENTRY_LEVEL | ENTRY_ACTIVE_LOW);
  uint32_t core = local_apic_read(APIC_ID) >> ENTRY_CORE_SHIFT << ENTRY_CORE_SHIFT;
  for (unsigned pin = 0; pin < apic->pins; pin++) {
    io_apic_write(apic, IO_ENTRIES + 2 * pin, ENTRY_MASKED);
    io_apic_write(apic, IO_ENTRIES + 2 * pin + 1, core);
  }
}

void arch_interrupt_init(const void *fdt) {
  port_write8(PIC_MASTER_MASK, 0xff);
  port_write8(PIC_SLAVE_MASK, 0xff);
  local_apic_init(fdt);
  for (unsigned line = 0; line < PINS; line++) entries[line] = VECTOR_LINES + line;
  int node = -1;
  for (unsigned i = 0; i < IO_APICS; i++) {
    node = device_tree_next(fdt, node, "intel,io-apic");
    if (node < 0) return;
    io_apic_init(fdt, node, &io_apics[i]);
  }
}

void arch_line_mask(unsigned line) {
  if (line < PINS) write_entry(line, ENTRY_MASKED);
}

void arch_line_unmask(unsigned line) {
  if (line < PINS) write_entry(line, 0);
}

void interrupt_take(arch_frame *frame, unsigned line) {
  if (entries[line] & ENTRY_LEVEL) arch_line_mask(line);
  local_apic_write(APIC_COMPLETE, 0);
  trap_interrupt(frame, line);
}

/* The instruction after sti still runs with interrupts masked, so no interrupt can come between the two. */
void arch_wait(void) {
  __asm__ volatile("sti; hlt; cli" ::: "memory");
}
