/* clock.h: the alarm that ends a cell_enter. */
#pragma once
#include <stdint.h>

/* Ends the current cell_enter at `deadline`, or earlier if an earlier one is already set. */
void clock_alarm(int64_t deadline);
/* Cancels the alarm. */
void clock_alarm_off(void);
