/*
 * machine.c: from the boot code's last jump to the kernel's main loop.
 *
 * The loop has no tick: the kernel runs ready cells and says when it wants to run again; until then the core sleeps,
 * with the one-shot timer armed only if there is such a time.
 */
#include "machine.h"

#include "arch.h"
#include "board.h"
#include "emergency.h"
#include "entropy.h"
#include "frames.h"
#include "interrupts.h"
#include "kernel-module.h"
#include "pages.h"
#include "systable.h"
#include "windows.h"

enum { KERNEL_STACK = 0x40000 };

/* Sleeps until an interrupt or the time `next`. */
static void sleep_until(int64_t next) {
  if (next != NEVER) arch_timer_set((uint64_t)next);
  frames_prepare();
  arch_wait();
  arch_timer_stop();
}

/* On the kernel's own stack, in its guarded window. */
static int machine_run(void *fdt) {
  kernel_module_init();
  systable_write(fdt);
  int32_t error = (int32_t)w2c_kernel_boot(&kernel_module, KERNEL_BOOT_AREA);
  if (error) machine_stop("the kernel does not boot, it answers", (uint64_t)(int64_t)error);
  for (;;) {
    interrupts_deliver();
    int64_t next = (int64_t)w2c_kernel_dispatch(&kernel_module, arch_time_now(), NEVER);
    if (next > (int64_t)arch_time_now()) sleep_until(next);
  }
}

void machine_main(const void *fdt) {
  arch_context boot;
  emergency_init(fdt);
  arch_trap_init();
  board_init(fdt);
  frames_init(fdt);
  pages_init();
  windows_init();
  emergency_map();
  board_map();
  arch_timer_init(fdt);
  entropy_init(fdt);
  arch_interrupt_init(fdt);
  if (!window_open(CELLS, (size_t)KERNEL_PAGES * WASM_PAGE, 0, KERNEL_STACK, false)) {
    machine_stop("no memory for the kernel", 0);
  }
  arch_call(&boot, (void *)window_stack_top(CELLS), machine_run, (void *)fdt);
  machine_stop("the kernel's loop ended", 0);
}

void w2c_hal_off(struct w2c_hal *hal, u32 status) {
  (void)hal;
  board_off(status & 0xff);
}
