/*
 * pages.h: the one set of page tables, 4 KiB pages in tables of 512 entries on every ISA.
 */
#pragma once
#include <stddef.h>
#include <stdint.h>

#include "arch.h"

/* Builds the tables for the image, RAM and the windows' upper levels, and switches to them. */
void pages_init(void);
/* Maps one page, with frame and tables from the caller's reservation (frames.h). Returns how many tables it took. */
size_t pages_map(uintptr_t virtual_address, uintptr_t physical, unsigned rights);
/* Maps a zeroed, writable frame at an address if nothing is mapped there yet. Returns how many frames it took from
 * the caller's reservation, including tables; 0 when a page was already mapped. */
size_t pages_fill(uintptr_t virtual_address);
/* The physical address of a mapped address, 0 when nothing is mapped there. */
uintptr_t pages_physical(uintptr_t virtual_address);
/* Unmaps every page of [base, base + length), and frees its frames, if `frames`, and the tables of 2 MiB in the
 * range, which must map nothing else; with `upper` also those of 1 GiB. Base and length are multiples of a page. */
void pages_unmap(uintptr_t base, size_t length, bool frames, bool upper);
