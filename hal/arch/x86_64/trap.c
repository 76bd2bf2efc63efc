/*
 * trap.c: descriptor tables and the decoding of exceptions. trap.S has pushed the frame on the gate's stack and calls
 * trap_dispatch with interrupts masked; the interrupted code resumes from the frame as this file leaves it.
 *
 * Segments: 0 null | 0x08 code | 0x10 data | 0x18 task state, two entries. Everything runs in ring 0.
 *
 * Stacks, in the interrupt stack table of the task state segment. A gate always starts at the top of its stack, so
 * handlers that can nest never share one; an exception inside an interrupt handler or inside the fault handler means a
 * broken machine, and is still reported.
 *
 *   1 faults   every exception not listed here, above all #PF
 *   2 interrupts   lines and timer
 *   3 double fault
 *   4 NMI
 */
#include <stddef.h>

#include "arch.h"
#include "interrupt.h"

enum { CODE_SEGMENT = 0x08, DATA_SEGMENT = 0x10, TASK_SEGMENT = 0x18 };
enum { EXCEPTION_NMI = 2, EXCEPTION_DOUBLE_FAULT = 8, EXCEPTION_PAGE_FAULT = 14 };
enum { PAGE_FAULT_FETCH = 1 << 4 };
enum { STACK_FAULTS = 1, STACK_INTERRUPTS = 2, STACK_DOUBLE_FAULT = 3, STACK_NMI = 4, STACKS = 4, STACK_SIZE = 8192 };
enum { GATE_INTERRUPT = 0x8e };
#define RFLAGS_INTERRUPTS (1ull << 9)

_Static_assert(offsetof(arch_frame, rax) == FRAME_RAX, "trap.S pushes rax elsewhere");
_Static_assert(offsetof(arch_frame, vector) == FRAME_VECTOR, "trap.S pushes the vector elsewhere");
_Static_assert(offsetof(arch_frame, rip) == FRAME_RIP, "the processor pushes rip elsewhere");
_Static_assert(sizeof(arch_frame) == FRAME_SIZE, "trap.S has another frame size");

struct gate {
  uint16_t offset_low, segment;
  uint8_t stack, type;
  uint16_t offset_middle;
  uint32_t offset_high, reserved;
};

struct __attribute__((packed)) task_state {
  uint32_t reserved0;
  uint64_t ring_stacks[3];
  uint64_t reserved1;
  uint64_t stacks[7];
  uint64_t reserved2;
  uint16_t reserved3, io_map;
};

struct __attribute__((packed)) table_register {
  uint16_t limit;
  uint64_t base;
};

static uint64_t segments[5] = {0, 0x00af9b000000ffff, 0x00cf93000000ffff};
static struct task_state task;
static struct gate gates[VECTORS] __attribute__((aligned(16)));
static uint8_t stacks[STACKS][STACK_SIZE] __attribute__((aligned(16)));

extern const char trap_stubs[];
void trap_dispatch(arch_frame *frame);

void arch_redirect(arch_frame *frame, arch_context *context, int code) {
  frame->rip = (uintptr_t)arch_abort;
  frame->rdi = (uintptr_t)context;
  frame->rsi = (uint32_t)code;
  frame->rflags &= ~RFLAGS_INTERRUPTS;
}

uintptr_t arch_frame_pc(const arch_frame *frame) {
  return frame->rip;
}

static unsigned gate_stack(unsigned vector) {
  if (vector >= VECTOR_LINES) return STACK_INTERRUPTS;
  if (vector == EXCEPTION_DOUBLE_FAULT) return STACK_DOUBLE_FAULT;
  if (vector == EXCEPTION_NMI) return STACK_NMI;
  return STACK_FAULTS;
}

static void fill_gates(void) {
  for (unsigned vector = 0; vector < VECTORS; vector++) {
    uintptr_t stub = (uintptr_t)trap_stubs + vector * STUB_SIZE;
    gates[vector] = (struct gate){.offset_low = (uint16_t)stub,
                                  .segment = CODE_SEGMENT,
                                  .stack = (uint8_t)gate_stack(vector),
                                  .type = GATE_INTERRUPT,
                                  .offset_middle = (uint16_t)(stub >> 16),
                                  .offset_high = (uint32_t)(stub >> 32)};
  }
}

/* An available 64-bit task state segment, present. */
static void fill_task(void) {
  for (unsigned i = 0; i < STACKS; i++) task.stacks[i] = (uintptr_t)stacks[i] + STACK_SIZE;
  task.io_map = sizeof task;
  uint64_t base = (uintptr_t)&task;
  segments[3] = (sizeof task - 1) | (base & 0xffffff) << 16 | 0x89ull << 40 | (base >> 24 & 0xff) << 56;
  segments[4] = base >> 32;
}

void arch_trap_init(void) {
  fill_gates();
  fill_task();
  struct table_register segment_register = {sizeof segments - 1, (uintptr_t)segments};
  struct table_register gate_register = {sizeof gates - 1, (uintptr_t)gates};
  __asm__ volatile(
      "lgdt %[segments]\n"
      "pushq %[code]\n"
      "leaq 1f(%%rip), %%rax\n"
      "pushq %%rax\n"
      "lretq\n"
      "1: movl %[data], %%eax\n"
      "movl %%eax, %%ds\n"
      "movl %%eax, %%es\n"
      "movl %%eax, %%ss\n"
      "movl %[task], %%eax\n"
      "ltr %%ax\n"
      "lidt %[gates]\n" ::[segments] "m"(segment_register),
      [gates] "m"(gate_register), [code] "i"(CODE_SEGMENT), [data] "i"(DATA_SEGMENT), [task] "i"(TASK_SEGMENT)
      : "rax", "memory");
}

/* Called by trap.S. */
void trap_dispatch(arch_frame *frame) {
  unsigned vector = (unsigned)frame->vector;
  if (vector == EXCEPTION_PAGE_FAULT) {
    uintptr_t address;
    __asm__ volatile("mov %%cr2, %0" : "=r"(address));
    if (!trap_page_fault(frame, address, frame->error & PAGE_FAULT_FETCH)) trap_other(frame, vector, address);
  } else if (vector < VECTOR_LINES) {
    trap_other(frame, vector, frame->error);
  } else if (vector == VECTOR_TIMER) {
    timer_fired(frame);
  } else if (vector < VECTOR_TIMER) {
    interrupt_take(frame, vector - VECTOR_LINES);
  }
}
