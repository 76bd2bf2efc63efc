/*
 * interrupt.c: the generic interrupt controller, versions 2 (IHI 0048) and 3 (IHI 0069), found in the device tree.
 *
 *               lines 0 to 31                      lines from 32           taken and completed through
 *   version 2   distributor, private to the core   distributor             CPU interface, in memory
 *   version 3   redistributor of this core         distributor             CPU interface, system registers
 *
 * A line's registers have the same offsets in all of them, so after arch_interrupt_init the versions differ only in how
 * interrupts are taken and completed. All lines have one priority and go to this core. Invariant: when a line reaches
 * hal/common it is masked at its source and no longer active.
 */
#include "interrupt.h"

#include "device-tree.h"
#include "machine.h"

/* Distributor; those from GROUP to PRIORITY also in the redistributor's second frame. */
enum {
  GICD_CTLR = 0x000,
  GICD_TYPER = 0x004,
  GIC_GROUP = 0x080,
  GIC_ENABLE = 0x100,
  GIC_DISABLE = 0x180,
  GIC_PRIORITY = 0x400,
  GICD_TARGET = 0x800,
  GICD_ROUTE = 0x6000,
};
enum { CTLR_ENABLE = 1 << 0, CTLR_ENABLE_GROUP1 = 1 << 1, CTLR_AFFINITY_ROUTING = 1 << 4 };
/* Redistributor. */
enum { GICR_CTLR = 0x00, GICR_TYPER = 0x08, GICR_WAKER = 0x14, GICR_SECOND_FRAME = 0x10000, GICR_SIZE = 0x20000 };
enum { TYPER_VIRTUAL_LPIS = 1 << 1, TYPER_LAST = 1 << 4, WAKER_SLEEP = 1 << 1, WAKER_ASLEEP = 1 << 2 };
/* CPU interface of version 2. */
enum { GICC_CTLR = 0x00, GICC_PRIORITY_MASK = 0x04, GICC_TAKE = 0x0c, GICC_COMPLETE = 0x10 };

enum { PRIVATE_LINES = 32, SHARED_LINE = 32, PRIVATE_LINE = 16, SPECIAL_LINES = 1020, LINE_MASK = 0x3ff };
enum { KIND_SHARED = 0 };
enum { EVERY_PRIORITY = 0xff };
#define LINE_PRIORITY 0xa0a0a0a0u
/* Bit of CTLR, in distributor and redistributor: a write has not taken effect yet. */
#define DISTRIBUTOR_PENDING (1u << 31)
#define REDISTRIBUTOR_PENDING (1u << 3)
#define AFFINITY_MASK 0xff00ffffffull

static uintptr_t distributor;
static uintptr_t redistributor; /* 0 for version 2 */
static uintptr_t interface;     /* 0 for version 3 */
static unsigned lines;
static unsigned timer;

static uint32_t load(uintptr_t address) {
  return *(volatile uint32_t *)address;
}
static void store(uintptr_t address, uint32_t value) {
  *(volatile uint32_t *)address = value;
}

static uint64_t affinity(void) {
  return READ_REGISTER("mpidr_el1") & AFFINITY_MASK;
}

/* The registers of a line. */
static uintptr_t bank(unsigned line) {
  return redistributor && line < PRIVATE_LINES ? redistributor + GICR_SECOND_FRAME : distributor;
}

/* Waits until a disable has taken effect; only version 3 reports that. */
static void settle(unsigned line) {
  if (redistributor == 0) return;
  uintptr_t control = line < PRIVATE_LINES ? redistributor + GICR_CTLR : distributor + GICD_CTLR;
  uint32_t pending = line < PRIVATE_LINES ? REDISTRIBUTOR_PENDING : DISTRIBUTOR_PENDING;
  while (load(control) & pending) continue;
}

void arch_line_mask(unsigned line) {
  if (line >= lines) return;
  store(bank(line) + GIC_DISABLE + line / 32 * 4, 1u << line % 32);
  settle(line);
}

void arch_line_unmask(unsigned line) {
  if (line >= lines) return;
  store(bank(line) + GIC_ENABLE + line / 32 * 4, 1u << line % 32);
}

/* Masks 32 lines, puts them in the group that reaches the kernel, and sets their priority. */
static void reset_lines(unsigned first) {
  uintptr_t base = bank(first);
  store(base + GIC_DISABLE + first / 32 * 4, UINT32_MAX);
  settle(first);
  if (redistributor) store(base + GIC_GROUP + first / 32 * 4, UINT32_MAX);
  for (unsigned line = first; line < first + 32; line += 4) store(base + GIC_PRIORITY + line, LINE_PRIORITY);
}

/* Sends all shared lines to this core. */
static void route_lines(void) {
  if (redistributor) {
    for (unsigned line = PRIVATE_LINES; line < lines; line++) {
      *(volatile uint64_t *)(distributor + GICD_ROUTE + 8 * line) = affinity();
    }
    return;
  }
  /* The private lines' targets name the core that reads them; a controller for one core may answer 0. */
  uint32_t self = load(distributor + GICD_TARGET) & 0xff;
  if (self == 0) self = 1;
  for (unsigned line = PRIVATE_LINES; line < lines; line += 4) {
    store(distributor + GICD_TARGET + line, self * 0x01010101u);
  }
}

/* Finds and maps this core's redistributor, by its affinity. */
static uintptr_t find_redistributor(uintptr_t base, size_t length) {
  uint64_t self = affinity();
  uint64_t wanted = (self >> 32 << 24) | (self & 0xffffff);
  for (uintptr_t frame = base; frame + GICR_SIZE <= base + length;) {
    if (!pages_map_device(frame, GICR_SIZE)) return 0;
    uint64_t type = *(volatile uint64_t *)(frame + GICR_TYPER);
    if (type >> 32 == wanted) return frame;
    if (type & TYPER_LAST) return 0;
    frame += type & TYPER_VIRTUAL_LPIS ? 2 * GICR_SIZE : GICR_SIZE;
  }
  return 0;
}

static void start_interface_2(void) {
  store(interface + GICC_PRIORITY_MASK, EVERY_PRIORITY);
  store(interface + GICC_CTLR, CTLR_ENABLE);
}

static void start_interface_3(void) {
  uintptr_t waker = redistributor + GICR_WAKER;
  store(waker, load(waker) & ~(uint32_t)WAKER_SLEEP);
  while (load(waker) & WAKER_ASLEEP) continue;
  WRITE_REGISTER("icc_sre_el1", READ_REGISTER("icc_sre_el1") | 1);
  synchronize();
  WRITE_REGISTER("icc_pmr_el1", EVERY_PRIORITY);
  WRITE_REGISTER("icc_ctlr_el1", 0);
  WRITE_REGISTER("icc_igrpen1_el1", 1);
  synchronize();
}

/* Finds the controller and maps it; true when there is one. */
static bool find_controller(const void *fdt) {
  int version3 = device_tree_next(fdt, -1, "arm,gic-v3");
  int node = version3;
  if (node < 0) node = device_tree_next(fdt, -1, "arm,cortex-a15-gic");
  if (node < 0) node = device_tree_next(fdt, -1, "arm,gic-400");
  uintptr_t second;
  size_t length, second_length;
  if (node < 0 || !device_tree_reg(fdt, node, 0, &distributor, &length) ||
      !device_tree_reg(fdt, node, 1, &second, &second_length) || !pages_map_device(distributor, length)) {
    return false;
  }
  if (version3 >= 0) {
    redistributor = find_redistributor(second, second_length);
    return redistributor != 0;
  }
  interface = second;
  return pages_map_device(second, second_length);
}

void arch_interrupt_init(const void *fdt) {
  if (!find_controller(fdt)) machine_stop("the device tree names no GIC of version 2 or 3", 0);
  store(distributor + GICD_CTLR, 0);
  lines = ((load(distributor + GICD_TYPER) & 31) + 1) * 32;
  if (lines > SPECIAL_LINES) lines = SPECIAL_LINES;
  uint32_t control = CTLR_ENABLE;
  if (redistributor) {
    settle(PRIVATE_LINES);
    control = CTLR_ENABLE_GROUP1 | CTLR_AFFINITY_ROUTING;
    store(distributor + GICD_CTLR, CTLR_AFFINITY_ROUTING);
    settle(PRIVATE_LINES);
  }
  for (unsigned first = 0; first < lines; first += 32) reset_lines(first);
  route_lines();
  store(distributor + GICD_CTLR, control);
  if (redistributor) {
    start_interface_3();
  } else {
    start_interface_2();
  }
  timer = timer_line(fdt);
  arch_line_unmask(timer);
}

unsigned interrupt_line(const fdt32_t *numbers) {
  return fdt32_to_cpu(numbers[1]) + (fdt32_to_cpu(numbers[0]) == KIND_SHARED ? SHARED_LINE : PRIVATE_LINE);
}

static uint32_t take(void) {
  return interface ? load(interface + GICC_TAKE) : (uint32_t)READ_REGISTER("icc_iar1_el1");
}

static void complete(uint32_t taken) {
  if (interface) {
    store(interface + GICC_COMPLETE, taken);
  } else {
    WRITE_REGISTER("icc_eoir1_el1", taken);
  }
}

void interrupt_take(arch_frame *frame) {
  uint32_t taken = take();
  unsigned line = taken & LINE_MASK;
  if (line >= SPECIAL_LINES) return;
  if (line == timer) {
    arch_timer_stop();
    complete(taken);
    trap_timer(frame);
  } else {
    arch_line_mask(line);
    complete(taken);
    trap_interrupt(frame, line);
  }
}

void arch_wait(void) {
  __asm__ volatile("dsb sy; wfi" ::: "memory");
  arch_interrupts_take();
}
