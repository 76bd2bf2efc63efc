/*
 * trap.c: decodes an exception. trap.S has stored the frame and calls trap_handle on the trap stack with all exceptions
 * masked; the interrupted code resumes from the frame as this file leaves it.
 *
 * ESR_EL1: 31:26 exception class | 24:0 syndrome, whose bits 5:0 are the kind of an abort. FAR_EL1 is the address.
 * Aborts for a missing mapping or permission are page faults; any other exception is caused by the running cell or by
 * the machine itself, and hal/common decides which.
 */
#include <stddef.h>

#include "arch.h"
#include "interrupt.h"

enum { VECTOR_SYNCHRONOUS = 0, VECTOR_IRQ = 1 };
enum { CLASS_INSTRUCTION_ABORT = 0x21, CLASS_DATA_ABORT = 0x25 };
/* Kinds of abort, without the level of the walk: translation, access flag, permission. */
enum { ABORT_TRANSLATION = 1, ABORT_ACCESS_FLAG = 2, ABORT_PERMISSION = 3 };
/* PSTATE of kernel code: EL1 on SP_EL0, interrupts and debug exceptions masked. */
enum { PSTATE_EL1_SP0 = 4, PSTATE_FIQ_MASKED = 0x40, PSTATE_IRQ_MASKED = 0x80, PSTATE_DEBUG_MASKED = 0x200 };

_Static_assert(offsetof(arch_frame, sp) == FRAME_SP, "trap.S stores sp elsewhere");
_Static_assert(offsetof(arch_frame, pc) == FRAME_PC, "trap.S stores pc elsewhere");
_Static_assert(offsetof(arch_frame, q) == FRAME_Q, "trap.S stores q0 elsewhere");
_Static_assert(offsetof(arch_frame, fpcr) == FRAME_FPCR, "trap.S stores fpcr elsewhere");
_Static_assert(sizeof(arch_frame) == FRAME_SIZE, "trap.S has another frame size");

extern const char trap_vectors[];
void trap_handle(arch_frame *frame, unsigned vector);

void arch_redirect(arch_frame *frame, arch_context *context, int code) {
  frame->pc = (uintptr_t)arch_abort;
  frame->x[0] = (uintptr_t)context;
  frame->x[1] = (uint32_t)code;
  frame->pstate = PSTATE_EL1_SP0 | PSTATE_FIQ_MASKED | PSTATE_IRQ_MASKED | PSTATE_DEBUG_MASKED;
}

uintptr_t arch_frame_pc(const arch_frame *frame) {
  return frame->pc;
}

/* From here on SErrors are reported; the processor raises them late, and they are fatal. */
void arch_trap_init(void) {
  WRITE_REGISTER("vbar_el1", (uintptr_t)trap_vectors);
  synchronize();
  __asm__ volatile("msr daifclr, #4" ::: "memory");
}

static bool is_page_fault(unsigned class, uint64_t syndrome) {
  unsigned kind = syndrome >> 2 & 15;
  return (class == CLASS_DATA_ABORT || class == CLASS_INSTRUCTION_ABORT) && kind >= ABORT_TRANSLATION &&
         kind <= ABORT_PERMISSION;
}

static void synchronous(arch_frame *frame) {
  uint64_t syndrome = READ_REGISTER("esr_el1");
  uint64_t address = READ_REGISTER("far_el1");
  unsigned class = syndrome >> 26 & 63;
  if (!is_page_fault(class, syndrome)) {
    trap_other(frame, class, syndrome);
  } else if (!trap_page_fault(frame, address, class == CLASS_INSTRUCTION_ABORT)) {
    trap_other(frame, class, address);
  }
}

/* Called by trap.S. Vectors other than the two below are exceptions of the exception code, FIQ, SError, and EL0's. */
void trap_handle(arch_frame *frame, unsigned vector) {
  if (vector == VECTOR_SYNCHRONOUS) {
    synchronous(frame);
  } else if (vector == VECTOR_IRQ) {
    interrupt_take(frame);
  } else {
    trap_other(frame, vector << 8, READ_REGISTER("esr_el1"));
  }
}
