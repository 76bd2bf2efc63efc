/* interrupt.h: between trap.c and interrupt.c. */
#pragma once
#include "arch.h"

/* Claims every pending line, masks and completes it, and hands it to hal/common. */
void interrupt_take(arch_frame *frame);
