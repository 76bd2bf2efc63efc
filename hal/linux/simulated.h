/*
 * simulated.h: the simulated board (assembly/board) in the process. All functions run with interrupts masked.
 */
#pragma once
#include "devices.h"

/* The instance of the board's module. */
extern w2c_devices simulated_board;

/* Makes the board. */
void simulated_init(void);
/* The board's memory from address `at` on; it never moves, and Linux may read and write it. */
void *simulated_memory(uint32_t at);
