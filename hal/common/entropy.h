/* entropy.h: the machine's random numbers. */
#pragma once
#include <stddef.h>

/* Takes the seed from the device tree's /chosen/rng-seed, and from the clock. */
void entropy_init(const void *fdt);
/* Fills `to` with random bytes. */
void entropy_fill(void *to, size_t length);
