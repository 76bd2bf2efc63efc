/*
 * board.c: QEMU's `virt` machine for ARM64, and any board like it: firmware that implements PSCI (Arm DEN 0022) through
 * hvc or smc, a PL031 clock, and QEMU's semihosting (Arm's semihosting specification, DUI 0058) if the command line
 * says exit=semihosting, because PSCI cannot carry an exit status.
 */
#include "board.h"

#include "arch.h"
#include "device-tree.h"
#include "machine.h"

#define PSCI_SYSTEM_OFF 0x84000008u
#define SEMIHOSTING_EXIT_EXTENDED 0x20u
#define SEMIHOSTING_APPLICATION_EXIT 0x20026u
#define SECOND 1000000000ull

static bool psci_by_smc;
static bool exit_by_semihosting;
static uintptr_t clock_base;
static size_t clock_length;

/* True when the firmware is called through smc, not hvc. */
static bool uses_smc(const void *fdt) {
  int node = device_tree_next(fdt, -1, "arm,psci-0.2");
  if (node < 0) node = device_tree_next(fdt, -1, "arm,psci-1.0");
  const char *method = node < 0 ? NULL : fdt_getprop(fdt, node, "method", NULL);
  return method != NULL && strcmp(method, "smc") == 0;
}

void board_init(const void *fdt) {
  psci_by_smc = uses_smc(fdt);
  exit_by_semihosting = device_tree_bootarg(fdt, "exit=semihosting");
  int node = device_tree_next(fdt, -1, "arm,pl031");
  if (node < 0 || !device_tree_reg(fdt, node, 0, &clock_base, &clock_length)) clock_length = 0;
}

void board_map(void) {
  if (clock_length != 0 && !pages_map_device(clock_base, clock_length)) clock_length = 0;
}

/* Ends QEMU with the status. Without a semihosting host this is an undefined instruction, so it is tried only once. */
static void semihosting_exit(uint32_t status) {
  const uint64_t reason_and_status[2] = {SEMIHOSTING_APPLICATION_EXIT, status};
  register uint64_t operation __asm__("x0") = SEMIHOSTING_EXIT_EXTENDED;
  register const uint64_t *parameter __asm__("x1") = reason_and_status;
  exit_by_semihosting = false;
  __asm__ volatile("hlt #0xf000" : "+r"(operation) : "r"(parameter) : "memory");
}

static void psci_off(void) {
  register uint64_t function __asm__("x0") = PSCI_SYSTEM_OFF;
  if (psci_by_smc) {
    __asm__ volatile("smc #0" : "+r"(function)::"x1", "x2", "x3", "memory");
  } else {
    __asm__ volatile("hvc #0" : "+r"(function)::"x1", "x2", "x3", "memory");
  }
}

void board_off(uint32_t status) {
  arch_interrupts_off();
  if (exit_by_semihosting) semihosting_exit(status);
  psci_off();
  for (;;) __asm__ volatile("wfi");
}

/* The first register of a PL031 holds the time in seconds. */
uint64_t board_real_time(void) {
  return clock_length == 0 ? 0 : *(volatile uint32_t *)clock_base * SECOND;
}
