/*
 * timer.c: the clock is CLOCK_MONOTONIC, read through the function that Linux maps into every process (vDSO), so that
 * it needs no system call where that is possible. The one-shot timer is a POSIX timer that sends a signal.
 *
 * Most deadlines are cancelled early, so stopping leaves the Linux timer running, and a later deadline leaves it as it
 * is: its signal arrives early, finds nothing to do and sets the timer again. Before the machine sleeps, an unneeded
 * timer is really stopped.
 */
#include "interrupt.h"
#include "linux.h"
#include "machine.h"
#include "vdso.h"

#define NANOSECONDS 1000000000ull
#define NO_DEADLINE UINT64_MAX
enum { TIMER_ABSOLUTE = 1, NOTIFY_BY_SIGNAL = 0 };

struct timer_event {
  uint64_t value;
  int32_t signal, notify;
  uint8_t reserved[48];
};

struct timer_times {
  struct linux_time interval, first;
};

static clock_function clock_of_vdso;
static int timer;
static uint64_t timer_start;
static uint64_t timer_deadline = NO_DEADLINE;
/* The deadline that the Linux timer is set to. */
static volatile uint64_t timer_armed = NO_DEADLINE;

uint64_t linux_clock(unsigned clock) {
  static struct linux_time now;
  if (!clock_of_vdso || clock_of_vdso((int)clock, &now) != 0) linux_call(LINUX_CLOCK, (long)clock, (long)&now, 0, 0);
  return (uint64_t)now.seconds * NANOSECONDS + (uint64_t)now.nanoseconds;
}

void arch_timer_init(const void *fdt) {
  (void)fdt;
  static struct timer_event event = {0, SIGNAL_ALARM, NOTIFY_BY_SIGNAL, {0}};
  clock_of_vdso = vdso_clock();
  long error = linux_call(LINUX_TIMER_CREATE, LINUX_MONOTONIC_TIME, (long)&event, (long)&timer, 0);
  if (error) machine_stop("Linux has no timer for us, it answers", (uint64_t)error);
  timer_start = linux_clock(LINUX_MONOTONIC_TIME);
}

uint64_t arch_time_now(void) {
  return linux_clock(LINUX_MONOTONIC_TIME) - timer_start;
}

uint64_t arch_timer_hz(void) {
  return NANOSECONDS;
}

/* Sets the Linux timer; the time 0 stops it. The deadline is stored first: the signal may arrive at once. */
static void arm(uint64_t deadline) {
  static struct timer_times times;
  uint64_t at = deadline == NO_DEADLINE ? 0 : timer_start + deadline;
  times.first = (struct linux_time){(int64_t)(at / NANOSECONDS), (int64_t)(at % NANOSECONDS)};
  timer_armed = deadline;
  linux_call(LINUX_TIMER_SET, timer, TIMER_ABSOLUTE, (long)&times, 0);
}

void arch_timer_set(uint64_t deadline) {
  timer_deadline = deadline;
  if (timer_armed > deadline) arm(deadline);
}

void arch_timer_stop(void) {
  timer_deadline = NO_DEADLINE;
}

void timer_signalled(void) {
  timer_armed = NO_DEADLINE;
}

void timer_check(arch_frame *frame) {
  if (timer_deadline == NO_DEADLINE) return;
  if (arch_time_now() < timer_deadline) {
    if (timer_armed > timer_deadline) arm(timer_deadline);
    return;
  }
  arch_timer_stop();
  trap_timer(frame);
}

/* An idle machine takes no signals: the sleep itself has a limit. */
void arch_wait(void) {
  arch_pending = false;
  board_update();
  if (!interrupt_take(NULL)) {
    if (timer_armed != NO_DEADLINE) arm(NO_DEADLINE);
    uint64_t now = arch_time_now();
    int64_t left = timer_deadline > now ? (int64_t)(timer_deadline - now) : 0;
    board_sleep(timer_deadline == NO_DEADLINE ? NEVER : left);
    board_update();
    interrupt_take(NULL);
  }
  timer_check(NULL);
}
