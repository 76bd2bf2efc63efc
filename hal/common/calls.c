/*
 * calls.c: the import module `rumpk`. A call is a C call on the cell's own stack: it masks interrupts, checks the
 * remaining stack, and runs the kernel's sys_* with the index of the calling instance as first argument.
 *
 *   WOULD_BLOCK          park; the next cell_enter repeats the same call
 *   timer_arm passed     park with the result; the next cell_enter delivers it
 *   else                 return the result
 */
#include "cell.h"
#include "kernel-module.h"

/* Masks interrupts and makes sure that the kernel cannot overflow the cell's stack. */
__attribute__((always_inline)) static inline struct cell *call_begin(struct w2c_rumpk *self) {
  struct cell *cell = self->cell;
  arch_interrupts_off();
  uintptr_t left = (uintptr_t)__builtin_frame_address(0) - cell->stack_bottom;
  if (left < KERNEL_STACK_NEED) cell_fault_here(cell, CAUSE_STACK, 0, (uintptr_t)__builtin_return_address(0));
  cell->in_call = true;
  return cell;
}

/* Delivers a result, after parking if timer_arm asked for that. */
static inline u64 call_end(struct cell *cell, u64 result) {
  if (cell->yield) arch_park(&cell->context, EXIT_YIELDED);
  cell->in_call = false;
  arch_interrupts_on();
  return result;
}

/* The body of every call: `call` is evaluated again after each park. */
#define CALL(call)                                                                         \
  do {                                                                                     \
    struct cell *cell = call_begin(self);                                                  \
    u64 result;                                                                            \
    while ((result = (call)) == (u64)WOULD_BLOCK) arch_park(&cell->context, EXIT_BLOCKED); \
    return call_end(cell, result);                                                         \
  } while (0)

/* Each call is a function that the cell's module imports. The only one without a result is exit, which ends its
 * caller. */
#define UNPACK(...) __VA_ARGS__
#define CALL_uint64_t(name, parameters, arguments)                              \
  u64 w2c_rumpk_##name(struct w2c_rumpk *self, UNPACK parameters) {             \
    CALL(w2c_kernel_sys_##name(&kernel_module, cell->index, UNPACK arguments)); \
  }
#define CALL_void(name, parameters, arguments)                            \
  void w2c_rumpk_##name(struct w2c_rumpk *self, UNPACK parameters) {      \
    struct cell *cell = call_begin(self);                                 \
    w2c_kernel_sys_##name(&kernel_module, cell->index, UNPACK arguments); \
    arch_abort(&cell->context, EXIT_RETURNED);                            \
  }
#define DEFINE(name, result, parameters, arguments) CALL_##result(name, parameters, arguments)

RUMPK_FUNCTIONS(DEFINE)
