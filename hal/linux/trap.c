/*
 * trap.c: signals. All of them are handled on a separate stack, so that a cell with an exhausted stack is no special
 * case.
 *
 *   SEGV BUS                page fault, or another exception of the processor: the context's vector tells
 *   ILL FPE TRAP            other exceptions
 *   ALRM IO                 interrupts: the timer and the input. Either checks everything that can interrupt
 *   HUP INT QUIT TERM       end the process: status 128 + number, the terminal restored
 *   TSTP CONT               stop the process, the terminal restored; continue it, the terminal raw again
 *
 * Interrupts are never taken inside a handler; a fault inside one is a broken machine.
 */
#include <stddef.h>

#include "interrupt.h"
#include "linux.h"
#include "machine.h"

enum { EXCEPTION_PAGE_FAULT = 14, PAGE_FAULT_FETCH = 1 << 4 };
enum { ON_STACK = 0x08000000, WITH_INFO = 4, RESTORER = 0x04000000, MASK_SET = 2, STACK_SIZE = 65536 };
/* The software bytes in the legacy part of the xsave area: a magic number, then the whole size. */
enum { EXTENDED_LEGACY = 512, EXTENDED_MAGIC_AT = 464, EXTENDED_SIZE_AT = 468 };
#define EXTENDED_MAGIC 0x46505853u
#define BIT(signal) (1ull << ((signal) - 1))

_Static_assert(offsetof(struct signal_context, extended) == 224, "Linux has the extended state elsewhere");
_Static_assert(offsetof(struct signal_context, mask) == 296, "Linux has the signal mask elsewhere");
_Static_assert(sizeof(arch_frame) == 4096, "isa.h has another frame size");

struct signal_action {
  void (*handler)(int, void *, struct signal_context *);
  uint64_t flags;
  void (*restorer)(void);
  uint64_t mask;
};

struct signal_stack {
  void *base;
  uint64_t flags, size;
};

void signal_return(void);
__attribute__((noreturn)) void frame_return(arch_frame *frame);
__attribute__((noreturn)) void trap_resume(arch_frame *frame);

/* Until the first cell runs. */
volatile bool arch_masked = true;
volatile bool arch_pending;

static const uint64_t interrupts = BIT(SIGNAL_ALARM) | BIT(SIGNAL_INPUT);
static uint8_t stack[STACK_SIZE] __attribute__((aligned(64)));
static long process;
static bool handling;

void arch_redirect(arch_frame *frame, arch_context *context, int code) {
  frame->context.rip = (uintptr_t)arch_abort;
  frame->context.rdi = (uintptr_t)context;
  frame->context.rsi = (uint32_t)code;
  frame->masked = true;
}

uintptr_t arch_frame_pc(const arch_frame *frame) {
  return frame->context.rip;
}

void arch_raise(void) {
  linux_call(LINUX_SIGNAL_THREAD, process, process, SIGNAL_ALARM, 0);
}

/* Copies the extended state; if it is too long, only the legacy part. */
static void keep_extended(arch_frame *frame, const uint8_t *extended) {
  uint32_t magic, size;
  memcpy(&magic, extended + EXTENDED_MAGIC_AT, sizeof magic);
  memcpy(&size, extended + EXTENDED_SIZE_AT, sizeof size);
  bool whole = magic == EXTENDED_MAGIC && size <= EXTENDED_MAX;
  memcpy(frame->extended, extended, whole ? size : EXTENDED_LEGACY);
  if (!whole) memset(frame->extended + EXTENDED_MAGIC_AT, 0, sizeof magic);
}

static void exception(arch_frame *frame, int number) {
  struct signal_context *context = &frame->context;
  bool page = context->vector == EXCEPTION_PAGE_FAULT && (number == SIGNAL_SEGMENT || number == SIGNAL_BUS);
  if (!page) {
    trap_other(frame, (unsigned)context->vector, context->error);
  } else if (!trap_page_fault(frame, context->cr2, context->error & PAGE_FAULT_FETCH)) {
    trap_other(frame, (unsigned)context->vector, context->cr2);
  }
}

/* Lines first: if an interrupt explains the end of a run, it must be reported as the reason. */
static void interrupt(arch_frame *frame) {
  arch_pending = false;
  board_update();
  interrupt_take(frame);
  timer_check(frame);
}

/* Handles a signal on its frame; execution resumes from the frame as it is afterwards. */
static void handle(int number, struct signal_context *context) {
  arch_frame frame;
  frame.context = *context;
  frame.masked = arch_masked;
  if (handling) machine_stop_at("signal in a handler", (uint64_t)number, context->rip);
  handling = true;
  arch_masked = true;
  if (BIT(number) & interrupts) {
    keep_extended(&frame, context->extended);
    interrupt(&frame);
  } else {
    exception(&frame, number);
  }
  *context = frame.context;
  arch_masked = frame.masked;
  handling = false;
}

static void on_signal(int number, void *info, struct signal_context *context) {
  (void)info;
  if (number == SIGNAL_ALARM) timer_signalled();
  if (number == SIGNAL_INPUT) board_input_signalled();
  if ((BIT(number) & interrupts) && arch_masked) {
    arch_pending = true;
  } else {
    handle(number, context);
  }
}

static void on_end(int number, void *info, struct signal_context *context) {
  (void)info;
  (void)context;
  board_leave(128 + (uint32_t)number);
}

/* STOP cannot be handled, so it stops the process right here; CONT has its own handler. */
static void on_stop(int number, void *info, struct signal_context *context) {
  (void)number;
  (void)info;
  (void)context;
  board_stop();
  linux_call(LINUX_SIGNAL_THREAD, process, process, SIGNAL_STOP, 0);
}

static void on_go_on(int number, void *info, struct signal_context *context) {
  (void)number;
  (void)info;
  (void)context;
  board_go_on();
}

/* Resumes a preempted cell: arch_resume jumps here, on the kernel's stack. Signals are blocked until the frame's own
 * mask is back, so that no handler sees a cell's registers with the kernel's stack. */
void trap_resume(arch_frame *frame) {
  linux_call(LINUX_SIGNAL_MASK, MASK_SET, (long)&interrupts, 0, sizeof interrupts);
  if (arch_pending) arch_raise();
  arch_masked = frame->masked;
  frame->context.extended = frame->extended;
  frame_return(frame);
}

static void listen(int number, void (*handler)(int, void *, struct signal_context *)) {
  static struct signal_action action;
  action = (struct signal_action){handler, ON_STACK | WITH_INFO | RESTORER, signal_return, interrupts};
  linux_call(LINUX_SIGNAL_ACTION, number, (long)&action, 0, sizeof action.mask);
}

void arch_trap_init(void) {
  static const int handled[] = {SIGNAL_SEGMENT, SIGNAL_BUS,   SIGNAL_ILLEGAL, SIGNAL_FLOAT,
                                SIGNAL_TRAP,    SIGNAL_ALARM, SIGNAL_INPUT};
  static const int ends[] = {SIGNAL_HANGUP, SIGNAL_INTERRUPT, SIGNAL_QUIT, SIGNAL_TERMINATE};
  static struct signal_action ignore = {(void (*)(int, void *, struct signal_context *))1, 0, NULL, 0};
  static const struct signal_stack own = {stack, 0, sizeof stack};
  process = linux_call(LINUX_GETPID, 0, 0, 0, 0);
  linux_call(LINUX_SIGNAL_STACK, (long)&own, 0, 0, 0);
  for (unsigned i = 0; i < sizeof handled / sizeof *handled; i++) listen(handled[i], on_signal);
  for (unsigned i = 0; i < sizeof ends / sizeof *ends; i++) listen(ends[i], on_end);
  listen(SIGNAL_SUSPEND, on_stop);
  listen(SIGNAL_CONTINUE, on_go_on);
  linux_call(LINUX_SIGNAL_ACTION, SIGNAL_PIPE, (long)&ignore, 0, sizeof ignore.mask);
}
