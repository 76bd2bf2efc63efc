/*
 * trap.c: decodes RISC-V exceptions (scause, stval) for hal/common.
 */
#include "arch.h"
#include "interrupt.h"

#define CAUSE_INTERRUPT (1ul << 63)
enum { INTERRUPT_TIMER = 5, INTERRUPT_EXTERNAL = 9 };
enum { EXCEPTION_FETCH_PAGE = 12, EXCEPTION_LOAD_PAGE = 13, EXCEPTION_STORE_PAGE = 15 };

extern char trap_entry[];
extern arch_frame exception_frame;
void frame_save_float(arch_frame *frame);

void arch_trap_init(void) {
  CSR_WRITE(sscratch, &exception_frame);
  CSR_WRITE(stvec, trap_entry);
}

void arch_redirect(arch_frame *frame, arch_context *context, int code) {
  frame->pc = (uintptr_t)arch_abort;
  frame->x[10] = (uintptr_t)context;
  frame->x[11] = (uint64_t)(int64_t)code;
  frame->status = (frame->status & ~SSTATUS_SPIE) | SSTATUS_SPP;
}

uintptr_t arch_frame_pc(const arch_frame *frame) {
  return frame->pc;
}

/* Called by trap.S on the exception stack. */
void trap_handle(arch_frame *frame) {
  uint64_t cause = CSR_READ(scause);
  if (cause == (CAUSE_INTERRUPT | INTERRUPT_TIMER)) {
    arch_timer_stop();
    frame_save_float(frame);
    trap_timer(frame);
  } else if (cause == (CAUSE_INTERRUPT | INTERRUPT_EXTERNAL)) {
    frame_save_float(frame);
    interrupt_take(frame);
  } else if (cause == EXCEPTION_FETCH_PAGE || cause == EXCEPTION_LOAD_PAGE || cause == EXCEPTION_STORE_PAGE) {
    trap_page_fault(frame, CSR_READ(stval), cause == EXCEPTION_FETCH_PAGE);
  } else {
    trap_other(frame, (unsigned)cause, CSR_READ(stval));
  }
}
