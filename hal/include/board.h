/*
 * board.h: what a board knows and the device tree does not say. One file, hal/board/<name>/board.c.
 */
#pragma once
#include <stdint.h>

/* Called first, with page tables off: keeps what it needs from the device tree (bootargs, addresses). */
void board_init(const void *fdt);
/* Called after the page tables are on: maps its registers with pages_map_device. */
void board_map(void);
/* Powers the machine off; `status` is 0 to 255. */
__attribute__((noreturn)) void board_off(uint32_t status);
/* Nanoseconds since 1970-01-01 UTC, 0 when the board has no clock. Called once, after board_map. */
uint64_t board_real_time(void);
