/*
 * simulated.h: the simulated board (assembly/board) in the process. Interrupts masked in all of it.
 */
#pragma once
#include "devices.h"

/* The instance of the board's module. */
extern w2c_devices simulated_board;

/* Makes the board. */
void simulated_init(void);
/* The board's memory from address `at` on; it never moves, and Linux may read and write it. */
void *simulated_memory(uint32_t at);
