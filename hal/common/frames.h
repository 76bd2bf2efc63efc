/*
 * frames.h: page frames of RAM, by reservation.
 *
 * Frames are only taken from reservations, and a reservation is only granted when that many frames are left, so
 * frames_take cannot fail: memory runs out in cell_create and memory.grow, which can report it, and never inside a page
 * fault.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One contiguous piece of RAM, multiples of PAGE_SIZE. */
struct ram_range {
  uintptr_t base;
  uintptr_t end;
};

/* Finds RAM in the device tree, without the image, the tree itself and what the tree reserves. */
void frames_init(const void *fdt);
/* All RAM below arch_identity_limit, used or not: `index` counts from 0; false past the last. */
bool frames_ram(unsigned index, struct ram_range *range);
/* Sets `count` frames aside; false when fewer are left. */
bool frames_reserve(size_t count);
/* Returns frames of a reservation that were not taken. */
void frames_release(size_t count);
/* Takes a zeroed frame from a reservation; returns its physical address. */
uintptr_t frames_take(void);
/* Frees a frame. */
void frames_give(uintptr_t frame);
/* Frees a frame that is known to be all zero. */
void frames_give_zeroed(uintptr_t frame);
/* Takes physically contiguous, zeroed frames that were never used from a reservation; 0 when there is no such run.
 * For memory that devices access. */
uintptr_t frames_take_run(size_t count);
/* Clears a few free frames in advance, while the machine is idle. */
void frames_prepare(void);
