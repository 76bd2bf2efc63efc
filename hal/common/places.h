/* places.h: where in a cell's source a program counter is. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "rumpk-abi.h"

/* Writes function, file and line of the cell code at `pc` into `where`, or the start of its function if the line is
 * unknown. Empty when the image does not know. */
void place_text(uintptr_t pc, bool beginning, char where[WHERE_SIZE]);
