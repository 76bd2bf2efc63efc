/*
 * interrupt.c: the platform-level interrupt controller, from the RISC-V PLIC specification 1.0, found in the device
 * tree as "sifive,plic-1.0.0" or "riscv,plic0". Only one context is used, that of this hart's S-mode: the entry of
 * interrupts-extended that names this hart's controller with the supervisor external interrupt (9).
 *
 *   0x000000 + 4 line      priority, 0 never interrupts
 *   0x002000 + 0x80 ctx    enable bits
 *   0x200000 + 0x1000 ctx  threshold, and at + 4 claim and complete
 *
 * A line is masked through its priority, which works at any time, even between claim and complete.
 */
#include "interrupt.h"

#include "device-tree.h"
#include "machine.h"

enum { SIE_EXTERNAL = 1 << 9, SUPERVISOR_EXTERNAL = 9 };
enum { PLIC_ENABLE = 0x2000, PLIC_ENABLE_STRIDE = 0x80, PLIC_CONTEXT = 0x200000, PLIC_CONTEXT_STRIDE = 0x1000 };

static volatile uint32_t *plic_priority;
static volatile uint32_t *plic_threshold;
static volatile uint32_t *plic_claim;
static unsigned plic_lines;

extern uint64_t boot_hart;

/* The phandle of the interrupt controller of the hart that booted. */
static uint32_t hart_controller(const void *fdt) {
  int cpus = fdt_path_offset(fdt, "/cpus");
  int cpu;
  fdt_for_each_subnode(cpu, fdt, cpus) {
    if (device_tree_number(fdt, cpu, "reg", UINT64_MAX) != boot_hart) continue;
    int controller = fdt_subnode_offset(fdt, cpu, "interrupt-controller");
    return fdt_get_phandle(fdt, controller);
  }
  return 0;
}

/* The number of this hart's S-mode context, or -1. */
static int plic_context(const void *fdt, int node) {
  int length;
  const fdt32_t *pairs = fdt_getprop(fdt, node, "interrupts-extended", &length);
  uint32_t controller = hart_controller(fdt);
  for (int i = 0; pairs && i < length / 8; i++) {
    if (fdt32_to_cpu(pairs[2 * i]) == controller && fdt32_to_cpu(pairs[2 * i + 1]) == SUPERVISOR_EXTERNAL) return i;
  }
  return -1;
}

void arch_interrupt_init(const void *fdt) {
  int node = device_tree_next(fdt, -1, "sifive,plic-1.0.0");
  if (node < 0) node = device_tree_next(fdt, -1, "riscv,plic0");
  uintptr_t base;
  size_t length;
  if (node < 0 || !device_tree_reg(fdt, node, 0, &base, &length)) return;
  int context = plic_context(fdt, node);
  if (context < 0 || !pages_map_device(base, length)) return;
  plic_priority = (volatile uint32_t *)base;
  plic_threshold = (volatile uint32_t *)(base + PLIC_CONTEXT + (unsigned)context * PLIC_CONTEXT_STRIDE);
  plic_claim = plic_threshold + 1;
  plic_lines = (unsigned)device_tree_number(fdt, node, "riscv,ndev", 0) + 1;
  if (plic_lines > LINES) plic_lines = LINES;
  volatile uint32_t *enable = (volatile uint32_t *)(base + PLIC_ENABLE + (unsigned)context * PLIC_ENABLE_STRIDE);
  for (unsigned line = 1; line < plic_lines; line++) plic_priority[line] = 0;
  for (unsigned word = 0; word < (plic_lines + 31) / 32; word++) enable[word] = UINT32_MAX;
  *plic_threshold = 0;
  CSR_SET(sie, SIE_EXTERNAL);
}

void arch_line_mask(unsigned line) {
  if (line && line < plic_lines) plic_priority[line] = 0;
}

void arch_line_unmask(unsigned line) {
  if (line && line < plic_lines) plic_priority[line] = 1;
}

void interrupt_take(arch_frame *frame) {
  for (uint32_t line; (line = *plic_claim) != 0;) {
    arch_line_mask(line);
    *plic_claim = line;
    trap_interrupt(frame, line);
  }
}

void arch_wait(void) {
  __asm__ volatile("wfi" ::: "memory");
  arch_interrupts_take();
}
