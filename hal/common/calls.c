/*
 * calls.c: the import module `rumpk`. A call is a C call on the cell's own stack: interrupts are masked, the stack that
 * is left is checked, and the kernel's sys_* runs with the index of the instance that called in front.
 *
 *   WOULD_BLOCK          park; the next cell_enter repeats the same call
 *   timer_arm passed     park with the result; the next cell_enter delivers it
 *   else                 return the result
 */
#include "cell.h"
#include "kernel-module.h"

/* Masks interrupts and makes sure that the kernel will not run out of the cell's stack. */
__attribute__((always_inline)) static inline struct cell *call_begin(struct w2c_rumpk *self) {
  struct cell *cell = self->cell;
  arch_interrupts_off();
  uintptr_t left = (uintptr_t)__builtin_frame_address(0) - cell->stack_bottom;
  if (left < KERNEL_STACK_NEED) cell_fault_here(cell, CAUSE_STACK, 0, (uintptr_t)__builtin_return_address(0));
  cell->in_call = true;
  return cell;
}

/* Delivers a result, after a rest if timer_arm asked for one. */
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

u64 w2c_rumpk_meta(struct w2c_rumpk *self, u32 op, u64 a, u64 b, u64 c) {
  CALL(w2c_kernel_sys_meta(&kernel_module, cell->index, op, a, b, c));
}

void w2c_rumpk_exit(struct w2c_rumpk *self, u32 status) {
  struct cell *cell = call_begin(self);
  w2c_kernel_sys_exit(&kernel_module, cell->index, status);
  arch_abort(&cell->context, EXIT_RETURNED);
}

u64 w2c_rumpk_spawn(struct w2c_rumpk *self, u32 spec, u32 length) {
  CALL(w2c_kernel_sys_spawn(&kernel_module, cell->index, spec, length));
}

u64 w2c_rumpk_join(struct w2c_rumpk *self, u32 slot, u64 deadline) {
  CALL(w2c_kernel_sys_join(&kernel_module, cell->index, slot, deadline));
}

u64 w2c_rumpk_send(struct w2c_rumpk *self, u32 slot, u32 pointer, u32 length, u32 flags) {
  CALL(w2c_kernel_sys_send(&kernel_module, cell->index, slot, pointer, length, flags));
}

u64 w2c_rumpk_recv(struct w2c_rumpk *self, u32 slot, u32 pointer, u32 capacity, u32 flags) {
  CALL(w2c_kernel_sys_recv(&kernel_module, cell->index, slot, pointer, capacity, flags));
}

u64 w2c_rumpk_wait(struct w2c_rumpk *self, u64 slots, u64 deadline) {
  CALL(w2c_kernel_sys_wait(&kernel_module, cell->index, slots, deadline));
}

u64 w2c_rumpk_map(struct w2c_rumpk *self, u32 slot, u32 pointer, u32 length, u32 flags) {
  CALL(w2c_kernel_sys_map(&kernel_module, cell->index, slot, pointer, length, flags));
}

u64 w2c_rumpk_mask(struct w2c_rumpk *self, u32 slot, u32 rights) {
  CALL(w2c_kernel_sys_mask(&kernel_module, cell->index, slot, rights));
}

u64 w2c_rumpk_grant(struct w2c_rumpk *self, u32 slot, u32 to, u32 rights) {
  CALL(w2c_kernel_sys_grant(&kernel_module, cell->index, slot, to, rights));
}

u64 w2c_rumpk_pledge(struct w2c_rumpk *self, u64 promises) {
  CALL(w2c_kernel_sys_pledge(&kernel_module, cell->index, promises));
}

u64 w2c_rumpk_unveil(struct w2c_rumpk *self, u32 path, u32 length, u32 rights) {
  CALL(w2c_kernel_sys_unveil(&kernel_module, cell->index, path, length, rights));
}

u64 w2c_rumpk_checkpoint(struct w2c_rumpk *self, u32 pointer, u32 length) {
  CALL(w2c_kernel_sys_checkpoint(&kernel_module, cell->index, pointer, length));
}
