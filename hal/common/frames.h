/*
 * frames.h: page frames of RAM, by reservation.
 *
 * A frame is only ever taken out of a reservation, and a reservation is only given when that many frames are left, so
 * frames_take cannot fail: memory runs out at cell_create and memory.grow, which answer, and never inside a page fault.
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

/* Finds RAM in the device tree and leaves out the image, the tree itself and what the tree reserves. */
void frames_init(const void *fdt);
/* All RAM below arch_identity_limit, used or not: `index` from 0; false past the last. */
bool frames_ram(unsigned index, struct ram_range *range);
/* Sets `count` frames aside; false when fewer are left. */
bool frames_reserve(size_t count);
/* Gives back a part of a reservation that was not taken. */
void frames_release(size_t count);
/* A frame out of a reservation, all zero; its physical address. */
uintptr_t frames_take(void);
/* Frees a frame. */
void frames_give(uintptr_t frame);
/* Frees a frame that is known to be all zero. */
void frames_give_zeroed(uintptr_t frame);
/* Physically contiguous frames that were never used, out of a reservation, all zero; 0 when there is no such run.
 * For memory that devices reach. */
uintptr_t frames_take_run(size_t count);
/* Clears a few free frames ahead of their use, when the machine has nothing else to do. */
void frames_prepare(void);
