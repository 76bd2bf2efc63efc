/*
 * interrupt.h: between the files of this folder, and what they ask of the board (hal/linux), whose devices are
 * simulated. All of it runs with interrupts masked.
 */
#pragma once
#include "arch.h"

/* A device's interrupt output; level-triggered. `line` is below 64. */
void interrupt_level(unsigned line, bool high);
/* Takes every line that is high and not masked. True when there was one. */
bool interrupt_take(arch_frame *frame);
/* Looks whether the timer's time has come. */
void timer_check(arch_frame *frame);
/* The timer's signal came, whether or not it is handled now. */
void timer_signalled(void);
/* The nanoseconds of the Linux clock `clock`. */
uint64_t linux_clock(unsigned clock);

/* ---- hal/linux ---- */

/* Something may have come in: brings the devices and their lines up to date. */
void board_update(void);
/* The input's signal came: board_update will look at the input. Any time, interrupts masked or not. */
void board_input_signalled(void);
/* Sleeps until something comes in, goes out or `nanoseconds` (NEVER: no limit) are over; may return early. */
void board_sleep(int64_t nanoseconds);
/* The process is about to be stopped, and goes on. Any time, interrupts masked or not. */
void board_stop(void);
void board_go_on(void);
/* Gives the terminal back and ends the process; what was not written yet is lost. */
__attribute__((noreturn)) void board_leave(uint32_t status);
