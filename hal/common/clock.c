/*
 * clock.c: `hal.time_now` and `hal.timer_arm`. There is one alarm, for the current cell_enter, and no tick.
 */
#include "clock.h"

#include "cell.h"
#include "kernel-module.h"

static int64_t alarm = NEVER;

void clock_alarm(int64_t deadline) {
  if (deadline >= alarm) return;
  alarm = deadline;
  arch_timer_set((uint64_t)deadline);
}

void clock_alarm_off(void) {
  if (alarm == NEVER) return;
  alarm = NEVER;
  arch_timer_stop();
}

u64 w2c_hal_time_now(struct w2c_hal *hal) {
  (void)hal;
  return arch_time_now();
}

void w2c_hal_timer_arm(struct w2c_hal *hal, u64 deadline) {
  (void)hal;
  if (!current) return;
  if ((int64_t)deadline <= (int64_t)arch_time_now()) {
    current->yield = true;
  } else {
    clock_alarm((int64_t)deadline);
  }
}
