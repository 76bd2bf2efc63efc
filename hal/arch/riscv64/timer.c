/*
 * timer.c: the `time` counter, and a one-shot timer: Sstc's stimecmp if the hart has it, else SBI's timer extension.
 * Ticks and nanoseconds are converted with 32.32 fixed-point factors, rounded so that an alarm never fires early.
 */
#include "arch.h"
#include "device-tree.h"
#include "machine.h"

#define CSR_STIMECMP 0x14d
enum { SIE_TIMER = 1 << 5 };
#define SBI_TIME 0x54494d45
#define NANOSECONDS 1000000000ull

extern uint64_t boot_has_sbi;

static uint64_t timer_start;
static uint64_t timer_hz;
static uint64_t ns_per_tick;
static uint64_t ticks_per_ns;
static bool timer_stimecmp;

static void sbi_set_timer(uint64_t ticks) {
  register uint64_t a0 __asm__("a0") = ticks;
  register uint64_t a1 __asm__("a1") = 0;
  register uint64_t a6 __asm__("a6") = 0;
  register uint64_t a7 __asm__("a7") = SBI_TIME;
  __asm__ volatile("ecall" : "+r"(a0), "+r"(a1) : "r"(a6), "r"(a7) : "memory");
}

/* True when the first cpu's riscv,isa string names the extension. */
static bool isa_has(const void *fdt, const char *extension) {
  int cpus = fdt_path_offset(fdt, "/cpus");
  int cpu = fdt_first_subnode(fdt, cpus);
  int length;
  const char *isa = fdt_getprop(fdt, cpu, "riscv,isa", &length);
  size_t size = strlen(extension);
  for (int i = 0; isa && i + (int)size < length; i++) {
    if (memcmp(isa + i, extension, size) == 0) return true;
  }
  return false;
}

void arch_timer_init(const void *fdt) {
  timer_hz = device_tree_number(fdt, fdt_path_offset(fdt, "/cpus"), "timebase-frequency", 0);
  if (timer_hz == 0 || timer_hz > UINT32_MAX) machine_stop("the device tree has no good timebase-frequency", timer_hz);
  ns_per_tick = (NANOSECONDS << 32) / timer_hz;
  ticks_per_ns = (timer_hz << 32) / NANOSECONDS + 1;
  timer_stimecmp = isa_has(fdt, "sstc");
  if (!timer_stimecmp && !boot_has_sbi) machine_stop("no timer: neither Sstc nor SBI", 0);
  arch_timer_stop();
  timer_start = CSR_READ(time);
}

uint64_t arch_time_now(void) {
  return (uint64_t)((unsigned __int128)(CSR_READ(time) - timer_start) * ns_per_tick >> 32);
}

uint64_t arch_timer_hz(void) {
  return timer_hz;
}

void arch_timer_set(uint64_t deadline) {
  uint64_t ticks = timer_start + (uint64_t)((unsigned __int128)deadline * ticks_per_ns >> 32) + 1;
  if (timer_stimecmp) {
    __asm__ volatile("csrw %0, %1" ::"i"(CSR_STIMECMP), "r"(ticks));
  } else {
    sbi_set_timer(ticks);
  }
  CSR_SET(sie, SIE_TIMER);
}

void arch_timer_stop(void) {
  CSR_CLEAR(sie, SIE_TIMER);
}
