/*
 * sanitize.c: tells AddressSanitizer about the stacks that the machine switches to; empty in a plain build. The linker
 * wraps these functions around those of context.S (--wrap).
 *
 * AddressSanitizer keeps the bounds of the stack in use, to clear its state for the frames that a jump skips. Between
 * the announcement and the end of a switch it goes by the stack pointer to decide which of two stacks is in use. So the
 * switch to a cell is announced before it and finished after the cell has returned, for whatever reason; then the
 * kernel's own stack is announced and finished at once.
 */
#include "arch.h"

#if __has_feature(address_sanitizer)
#include "machine.h"

void __sanitizer_start_switch_fiber(void **fake_stack, const void *bottom, size_t size);
void __sanitizer_finish_switch_fiber(void *fake_stack, const void **old_bottom, size_t *old_size);
const char *__asan_default_options(void);
int __real_arch_call(arch_context *context, void *stack_top, int (*fn)(void *), void *arg);
int __wrap_arch_call(arch_context *context, void *stack_top, int (*fn)(void *), void *arg);
int __real_arch_unpark(arch_context *context);
int __wrap_arch_unpark(arch_context *context);
int __real_arch_resume(arch_context *context, arch_frame *frame);
int __wrap_arch_resume(arch_context *context, arch_frame *frame);

/* The signal stack is ours (trap.c), and the process ends without unwinding. */
const char *__asan_default_options(void) {
  return "use_sigaltstack=0:handle_segv=0:handle_sigbus=0:handle_sigfpe=0:handle_sigill=0:detect_leaks=0";
}

/* Announces the stack whose window contains `address`. */
static void announce(uintptr_t address) {
  size_t offset = (address - 1 - arch_stack_windows()) % STACK_WINDOW_SIZE;
  uintptr_t top = address - 1 - offset + STACK_WINDOW_SIZE;
  __sanitizer_start_switch_fiber(NULL, (void *)(top - STACK_MAX), STACK_MAX);
}

static int finish(int result) {
  const void *bottom;
  size_t size;
  __sanitizer_finish_switch_fiber(NULL, &bottom, &size);
  __sanitizer_start_switch_fiber(NULL, bottom, size);
  __sanitizer_finish_switch_fiber(NULL, NULL, NULL);
  return result;
}

struct call {
  int (*fn)(void *);
  void *arg;
};

static int arrive(void *argument) {
  struct call call = *(struct call *)argument;
  __sanitizer_finish_switch_fiber(NULL, NULL, NULL);
  return call.fn(call.arg);
}

int __wrap_arch_call(arch_context *context, void *stack_top, int (*fn)(void *), void *arg) {
  struct call call = {fn, arg};
  bool kernel = (uintptr_t)stack_top == arch_stack_windows() + (CELLS + 1ul) * STACK_WINDOW_SIZE;
  announce((uintptr_t)stack_top);
  if (kernel) return __real_arch_call(context, stack_top, arrive, &call);
  return finish(__real_arch_call(context, stack_top, fn, arg));
}

int __wrap_arch_unpark(arch_context *context) {
  announce(context->cell_sp);
  return finish(__real_arch_unpark(context));
}

int __wrap_arch_resume(arch_context *context, arch_frame *frame) {
  announce(frame->context.rsp);
  return finish(__real_arch_resume(context, frame));
}
#endif
