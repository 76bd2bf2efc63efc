/*
 * interrupt.h: between trap.c, timer.c and interrupt.c.
 */
#pragma once
#include <libfdt.h>

#include "arch.h"

/* Numbers that name one interrupt in the device tree of a GIC: kind, number, trigger. */
#define INTERRUPT_CELLS 3

/* The line that three numbers of an "interrupts" property describe. */
unsigned interrupt_line(const fdt32_t *numbers);
/* Takes one pending interrupt, if there still is one: masks its source, completes it, and hands it to hal/common. */
void interrupt_take(arch_frame *frame);
/* The line of the virtual timer. */
unsigned timer_line(const void *fdt);
