/*
 * platform.h: the little that the C programs of bench/native need from the machine: a clock, a byte on the console, and
 * power-off. On bare machines boot/<isa>/start.S starts them, with the paging that it sets up; they read no device
 * tree, because they are only for QEMU's machines.
 *
 *               console                  clock                                  off
 *   Linux       standard output          CLOCK_MONOTONIC                        exit
 *   riscv64     16550 at 0x10000000      time, 10 MHz on QEMU's virt board      SiFive test device at 0x100000
 *   aarch64     PL011 at 0x09000000      virtual counter, CNTFRQ_EL0 tells      semihosting
 *   x86_64      16550 at port 0x3f8      TSC, 1 GHz under -icount shift=0       isa-debug-exit at port 0x501
 *
 * On aarch64 the boot tables map only RAM; platform_open adds the first GiB, where the devices are: an entry in the
 * table of 1 GiB blocks that the root table's first entry points to.
 *
 * ENTRY is the head of a program's entry function. PASSES is how often it measures everything: where other programs run
 * at the same time, the fastest pass counts; under -icount all are the same.
 */
#pragma once
#include <stdint.h>

#if defined(__linux__)
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define ENTRY int main(void)
enum { PASSES = 50 };

static inline void platform_open(void) {}

static inline uint64_t clock_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static inline void put_byte(uint8_t byte) {
  putchar(byte);
}

static inline void power_off(void) {
  exit(0);
}

#elif defined(__riscv)
#define ENTRY _Noreturn void machine_main(void)
enum { PASSES = 1, NS_PER_TICK = 100 };

static inline void platform_open(void) {}

static inline uint64_t clock_ns(void) {
  uint64_t ticks;
  __asm__ volatile("rdtime %0" : "=r"(ticks)::"memory");
  return ticks * NS_PER_TICK;
}

static inline void put_byte(uint8_t byte) {
  *(volatile uint8_t *)0x10000000 = byte;
}

static inline void power_off(void) {
  *(volatile uint32_t *)0x100000 = 0x5555;
}

#elif defined(__aarch64__)
#define ENTRY _Noreturn void machine_main(void)
enum { PASSES = 1 };

static inline void platform_open(void) {
  const uint64_t accessed = 1 << 10, device_memory = 1 << 2, block = 1, address = 0xfffffffff000;
  const uint64_t *root;
  __asm__ volatile("mrs %0, ttbr0_el1" : "=r"(root));
  uint64_t *blocks = (uint64_t *)(root[0] & address);
  blocks[0] = accessed | device_memory | block;
  __asm__ volatile("dsb sy; isb" ::: "memory");
}

static inline uint64_t clock_ns(void) {
  uint64_t ticks, hz;
  __asm__ volatile("isb; mrs %0, cntvct_el0; mrs %1, cntfrq_el0" : "=r"(ticks), "=r"(hz)::"memory");
  return ticks * (1000000000 / hz);
}

static inline void put_byte(uint8_t byte) {
  *(volatile uint32_t *)0x09000000 = byte;
}

static inline void power_off(void) {
  const uint64_t reason_and_status[2] = {0x20026, 0};
  register uint64_t operation __asm__("x0") = 0x20;
  register const uint64_t *parameter __asm__("x1") = reason_and_status;
  __asm__ volatile("hlt #0xf000" : "+r"(operation) : "r"(parameter) : "memory");
}

#else
#define ENTRY _Noreturn void boot_main(void)
enum { PASSES = 1 };

static inline void platform_open(void) {}

static inline uint64_t clock_ns(void) {
  uint32_t low, high;
  __asm__ volatile("rdtsc" : "=a"(low), "=d"(high)::"memory");
  return (uint64_t)high << 32 | low;
}

static inline void port_write(uint16_t port, uint8_t byte) {
  __asm__ volatile("outb %0, %1" ::"a"(byte), "Nd"(port));
}

static inline void put_byte(uint8_t byte) {
  port_write(0x3f8, byte);
}

static inline void power_off(void) {
  port_write(0xe9, 0);
  port_write(0x501, 0);
}
#endif

static inline void put_text(const char *text) {
  while (*text) put_byte((uint8_t)*text++);
}
