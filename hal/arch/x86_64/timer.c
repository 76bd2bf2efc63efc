/*
 * timer.c: the clock is the time stamp counter, the one-shot timer the local APIC's. Not every machine reports their
 * frequencies, so both are measured once, over MEASURE_TICKS of the 8254 timer ("intel,i8254" in the device tree),
 * whose frequency is fixed. Under -icount all three count executed instructions, and the result is always the same.
 *
 * On a busy host a virtual machine may pause between two reads. Each sample is therefore the best of several: the one
 * whose reads of the time stamp counter, right before and right after the 8254 was latched, are closest together. If
 * the machine pauses so long that the 8254 runs out, the measurement is repeated.
 *
 * Ticks and nanoseconds are converted with 32.32 fixed-point factors. The APIC's count has 32 bits and rounds in its
 * own way, so a timer that fires early is simply set again.
 */
#include "device-tree.h"
#include "interrupt.h"
#include "machine.h"

#define NANOSECONDS 1000000000ull
#define NO_DEADLINE UINT64_MAX
enum { DIVIDE_BY_16 = 3 };
/* 8254: data port of counter 0 and the control port, relative to reg. Mode 0 counts down once, from 0xffff in 55 ms,
 * and raises the output, bit 7 of the status, at the end. Status and count are latched together. */
enum { COUNTER_0 = 0, CONTROL = 3, CONTROL_COUNT_ONCE = 0x30, CONTROL_LATCH = 0xc2, STATUS_ENDED = 0x80 };
/* 1 ms adds to the boot time, and gives a precision of a thousandth. */
enum { COUNTER_HZ = 1193182, MEASURE_TICKS = 1193, TRIES = 4, MEASURES_MAX = 16 };

struct sample {
  uint64_t clock;
  uint32_t apic;
  uint16_t counter;
  bool ended;
};

static uint64_t timer_start;
static uint64_t timer_hz;
static uint64_t ns_per_tick;
static uint64_t apic_per_ns;
static uint64_t timer_deadline = NO_DEADLINE;

static uint64_t read_clock(void) {
  uint32_t low, high;
  __asm__ volatile("rdtsc" : "=a"(low), "=d"(high)::"memory");
  return (uint64_t)high << 32 | low;
}

static struct sample take_sample(uint16_t port) {
  struct sample best = {0, 0, 0, true};
  uint64_t best_width = UINT64_MAX;
  for (unsigned i = 0; i < TRIES; i++) {
    uint64_t before = read_clock();
    port_write8(port + CONTROL, CONTROL_LATCH);
    uint32_t apic = local_apic_read(APIC_TIMER_COUNT);
    uint64_t after = read_clock();
    bool ended = port_read8(port + COUNTER_0) & STATUS_ENDED;
    uint16_t counter = port_read8(port + COUNTER_0);
    counter |= (uint16_t)(port_read8(port + COUNTER_0) << 8);
    if (after - before >= best_width) continue;
    best_width = after - before;
    best = (struct sample){before + best_width / 2, apic, counter, ended};
  }
  return best;
}

/* Measures both frequencies, or leaves them alone if the counter runs out meanwhile. The counters count down, the
 * clock counts up. */
static void measure(uint16_t port, uint64_t *clock_hz, uint64_t *apic_hz) {
  local_apic_write(APIC_TIMER_START, UINT32_MAX);
  port_write8(port + CONTROL, CONTROL_COUNT_ONCE);
  port_write8(port + COUNTER_0, 0xff);
  port_write8(port + COUNTER_0, 0xff);
  struct sample first = take_sample(port), last;
  uint16_t ticks;
  do {
    last = take_sample(port);
    ticks = first.counter - last.counter;
  } while (ticks < MEASURE_TICKS && !last.ended);
  port_write8(port + CONTROL, CONTROL_COUNT_ONCE);
  if (last.ended) return;
  *clock_hz = (last.clock - first.clock) * COUNTER_HZ / ticks;
  *apic_hz = (uint64_t)(first.apic - last.apic) * COUNTER_HZ / ticks;
}

void arch_timer_init(const void *fdt) {
  local_apic_init(fdt);
  int node = device_tree_next(fdt, -1, "intel,i8254");
  uintptr_t port;
  size_t length;
  if (node < 0 || !device_tree_reg(fdt, node, 0, &port, &length)) machine_stop("no 8254 timer", 0);
  local_apic_write(APIC_TIMER_DIVIDE, DIVIDE_BY_16);
  uint64_t apic_hz = 0;
  for (unsigned i = 0; i < MEASURES_MAX && timer_hz == 0; i++) measure((uint16_t)port, &timer_hz, &apic_hz);
  if (timer_hz == 0 || apic_hz == 0) machine_stop("the clock cannot be measured", 0);
  ns_per_tick = (NANOSECONDS << 32) / timer_hz;
  apic_per_ns = (apic_hz << 32) / NANOSECONDS;
  arch_timer_stop();
  local_apic_write(APIC_LVT_TIMER, VECTOR_TIMER);
  timer_start = read_clock();
}

uint64_t arch_time_now(void) {
  return (uint64_t)((unsigned __int128)(read_clock() - timer_start) * ns_per_tick >> 32);
}

uint64_t arch_timer_hz(void) {
  return timer_hz;
}

void arch_timer_set(uint64_t deadline) {
  timer_deadline = deadline;
  uint64_t now = arch_time_now();
  uint64_t delay = deadline > now ? deadline - now : 0;
  uint64_t count = (uint64_t)((unsigned __int128)delay * apic_per_ns >> 32) + 1;
  local_apic_write(APIC_TIMER_START, count < UINT32_MAX ? (uint32_t)count : UINT32_MAX);
}

void arch_timer_stop(void) {
  timer_deadline = NO_DEADLINE;
  local_apic_write(APIC_TIMER_START, 0);
}

/* An interrupt that was pending when the timer was stopped or set again arrives late and means nothing. */
void timer_fired(arch_frame *frame) {
  local_apic_write(APIC_COMPLETE, 0);
  if (timer_deadline == NO_DEADLINE) return;
  if (arch_time_now() < timer_deadline) {
    arch_timer_set(timer_deadline);
    return;
  }
  arch_timer_stop();
  trap_timer(frame);
}
