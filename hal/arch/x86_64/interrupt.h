/*
 * interrupt.h: between trap.c, timer.c and interrupt.c: the local APIC of each core; the reg of the device tree's
 * "intel,local-apic" has the address of its registers.
 */
#pragma once
#include "arch.h"

enum {
  APIC_ID = 0x020,
  APIC_TASK_PRIORITY = 0x080,
  APIC_COMPLETE = 0x0b0,
  APIC_SPURIOUS = 0x0f0,
  APIC_LVT_TIMER = 0x320,
  APIC_LVT_LINT0 = 0x350,
  APIC_LVT_LINT1 = 0x360,
  APIC_LVT_ERROR = 0x370,
  APIC_TIMER_START = 0x380,
  APIC_TIMER_COUNT = 0x390,
  APIC_TIMER_DIVIDE = 0x3e0,
};
enum { APIC_MASKED = 1 << 16 };

/* Finds, maps and enables the local APIC, with all its own interrupts masked; may be called again. */
void local_apic_init(const void *fdt);
uint32_t local_apic_read(unsigned offset);
void local_apic_write(unsigned offset, uint32_t value);

/* A line's vector was taken: masks the line if it is level-triggered, completes it and hands it to hal/common. */
void interrupt_take(arch_frame *frame, unsigned line);
/* The timer's vector was taken. */
void timer_fired(arch_frame *frame);
