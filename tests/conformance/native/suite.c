/*
 * suite.c: the WebAssembly test suite in place of the kernel. On the real machine (hal/) each group of modules is a
 * cell; its steps run inside cell_enter, which returns their faults. The instances survive a fault: the next step
 * continues with them on the same stack.
 *
 * At the end the machine stops with one line that reports what went wrong:
 *
 *   rumpk: suite STEPS WRONG first wrong steps ...     (hexadecimal numbers of steps)
 */
#include "suite.h"

#include "cell.h"
#include "clock.h"
#include "kernel-module.h"
#include "windows.h"

/* Time limit of a step; only a tail call that the compiler turned into a loop reaches it. */
enum { STEP_NANOSECONDS = 2000000000 };
/* Wrong steps that are reported by number. */
enum { TOLD = 200 };

static const struct suite_group *group;
static uint32_t step, steps, wrong;
static bool step_wrong;
static char report[64 + TOLD * 9];
static char *report_end = report;
static uint32_t numbers[TOLD];

void suite_wrong(void) {
  step_wrong = true;
}

/* The step that ran has ended with this cause. */
static void note(uint32_t cause) {
  const struct suite_step *one = &group->steps[step++];
  bool meant = one->causes[0] == cause || one->causes[1] == cause;
  steps++;
  if ((!meant || step_wrong) && wrong++ < TOLD) numbers[wrong - 1] = one->number;
  step_wrong = false;
}

uint32_t suite_run_steps(void *instances) {
  while (step < group->count) {
    group->steps[step].run(instances);
    note(CAUSE_NONE);
  }
  return 0;
}

static int continue_steps(void *argument) {
  struct cell *cell = argument;
  arch_interrupts_on();
  suite_run_steps((void *)window_instance(cell->index));
  arch_interrupts_off();
  return EXIT_RETURNED;
}

/* Enters the cell again after a step that ended in a fault, with its instances as they are. */
static int enter_again(struct cell *cell) {
  cell->in_call = false;
  cell->state = FIBER_RUNNING;
  current = cell;
  clock_alarm((int64_t)(arch_time_now() + STEP_NANOSECONDS));
  int reason = arch_call(&cell->context, (void *)window_stack_top(cell->index), continue_steps, cell);
  clock_alarm_off();
  current = NULL;
  return reason;
}

static void run_group(uint32_t image) {
  group = &suite_groups[image];
  step = 0;
  if (w2c_hal_cell_create(NULL, image, 0) != 0) machine_stop("suite: no cell for group", image);
  int reason = (int)w2c_hal_cell_enter(NULL, 0, STEP_NANOSECONDS);
  while (reason != EXIT_RETURNED) {
    note(reason == EXIT_FAULTED ? cells[0].cause : CAUSE_SPIN);
    reason = enter_again(&cells[0]);
  }
  cells[0].state = FIBER_ENDED;
  w2c_hal_cell_destroy(NULL, 0);
}

static void put_number(uint32_t number) {
  char digits[9] = "";
  char *digit = digits + 8;
  do {
    *--digit = "0123456789abcdef"[number & 15];
    number >>= 4;
  } while (number);
  *report_end++ = ' ';
  while (*digit) *report_end++ = *digit++;
}

u64 w2c_kernel_dispatch(w2c_kernel *kernel, u64 now, u64 until) {
  (void)kernel, (void)now, (void)until;
  for (uint32_t image = 0; image < suite_groups_count; image++) run_group(image);
  memcpy(report, "suite", 5);
  report_end += 5;
  put_number(steps);
  put_number(wrong);
  for (uint32_t i = 0; i < wrong && i < TOLD; i++) put_number(numbers[i]);
  machine_stop(report, 0);
}

/* ---- the cell of every group ---- */

const image_record suite_record = {.memory_max = 65536, .stack = 0x100000};

void suite_instantiate(void *instance, struct w2c_rumpk *rumpk, struct w2c_mmio *mmio) {
  (void)instance, (void)rumpk, (void)mmio;
}

/* ---- the module spectest ---- */

u32 spectest_i32;
u64 spectest_i64;
f32 spectest_f32;
f64 spectest_f64;

void w2c_spectest_print(struct w2c_spectest *self) {
  (void)self;
}
void w2c_spectest_print_i32(struct w2c_spectest *self, u32 a) {
  (void)self, (void)a;
}
void w2c_spectest_print_i64(struct w2c_spectest *self, u64 a) {
  (void)self, (void)a;
}
void w2c_spectest_print_f32(struct w2c_spectest *self, f32 a) {
  (void)self, (void)a;
}
void w2c_spectest_print_f64(struct w2c_spectest *self, f64 a) {
  (void)self, (void)a;
}
void w2c_spectest_print_i32_f32(struct w2c_spectest *self, u32 a, f32 b) {
  (void)self, (void)a, (void)b;
}
void w2c_spectest_print_f64_f64(struct w2c_spectest *self, f64 a, f64 b) {
  (void)self, (void)a, (void)b;
}
u32 *w2c_spectest_global_i32(struct w2c_spectest *self) {
  (void)self;
  spectest_i32 = 666;
  return &spectest_i32;
}
u64 *w2c_spectest_global_i64(struct w2c_spectest *self) {
  (void)self;
  spectest_i64 = 666;
  return &spectest_i64;
}
f32 *w2c_spectest_global_f32(struct w2c_spectest *self) {
  (void)self;
  spectest_f32 = 666.6f;
  return &spectest_f32;
}
f64 *w2c_spectest_global_f64(struct w2c_spectest *self) {
  (void)self;
  spectest_f64 = 666.6;
  return &spectest_f64;
}

/* ---- calls of the kernel that the machine names; nothing calls them here ---- */

void wasm2c_kernel_instantiate(w2c_kernel *kernel, struct w2c_env *env, struct w2c_hal *hal) {
  (void)kernel, (void)env, (void)hal;
}
u32 w2c_kernel_boot(w2c_kernel *kernel, u32 table) {
  (void)kernel, (void)table;
  return 0;
}
void w2c_kernel_interrupt(w2c_kernel *kernel, u32 line) {
  (void)kernel, (void)line;
}
