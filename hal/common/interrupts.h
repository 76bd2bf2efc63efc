/*
 * interrupts.h: which cell an interrupt line belongs to, and lines that wait to be told to the kernel.
 */
#pragma once
#include <stdint.h>

#include "cell.h"

/* A line fired; it is masked. */
void interrupts_note(unsigned line);
/* Tells the kernel of every line noted. Called when no cell runs. */
void interrupts_deliver(void);
/* Masks and unbinds the line of one window. */
void interrupts_unbind(struct device_window *window);
