/*
 * interrupt.h: shared by the files of this folder, and what they require of the board, whose devices are simulated.
 * Everything runs with interrupts masked.
 */
#pragma once
#include "arch.h"

/* Takes every line that is high and not masked. Returns true if there was one. */
bool interrupt_take(arch_frame *frame);
/* Checks whether the timer has expired. */
void timer_check(arch_frame *frame);
/* The timer's signal arrived, whether or not it is handled now. */
void timer_signalled(void);
/* The nanoseconds of the Linux clock `clock`. */
uint64_t linux_clock(unsigned clock);

/* ---- hal/linux ---- */

/* Input may have arrived: updates the devices and their lines. */
void board_update(void);
/*
 * The input's signal arrived: makes board_update check the input. May be called at any time, interrupts masked or not.
 */
void board_input_signalled(void);
/* Sleeps until there is input, output can proceed, or `nanoseconds` (NEVER: no limit) have passed; may return early. */
void board_sleep(int64_t nanoseconds);
/* Before the process stops, and after it continues. May be called at any time, interrupts masked or not. */
void board_stop(void);
void board_go_on(void);
/* Gives the terminal back and ends the process; unwritten output is lost. */
__attribute__((noreturn)) void board_leave(uint32_t status);
