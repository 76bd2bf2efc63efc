/*
 * interrupts.h: which cell an interrupt line belongs to, and lines that wait to be reported to the kernel.
 */
#pragma once
#include <stdint.h>

#include "cell.h"

/* A line fired; it is masked. */
void interrupts_note(unsigned line);
/* Reports every pending line to the kernel. Called when no cell runs. */
void interrupts_deliver(void);
/* Masks and unbinds the line of one window. */
void interrupts_unbind(struct device_window *window);
