/* clock.h: the alarm that ends a cell_enter. */
#pragma once
#include <stdint.h>

/* Ends the running cell_enter at `deadline`, or at the earlier one that is set already. */
void clock_alarm(int64_t deadline);
/* Forgets the alarm. */
void clock_alarm_off(void);
