/*
 * suite.h: what the generator (native.mjs) hands to suite.c. A group is a set of modules that import each other and so
 * must share one cell. Its steps run in order; each runs as the cell's code, and may end in a fault.
 */
#pragma once
#include <stddef.h>
#include <stdint.h>

#include "image.h"
#include "rumpk-abi.h"

/* Causes with which a step may end; only CAUSE_NONE when it must complete. */
enum { SUITE_CAUSES = 2 };

struct suite_step {
  void (*run)(void *instances);
  uint32_t number; /* in the whole suite */
  uint32_t causes[SUITE_CAUSES];
};

struct suite_group {
  const struct suite_step *steps;
  uint32_t count;
};

extern const struct suite_group suite_groups[];
extern const uint32_t suite_groups_count;

/* The running step has a wrong result. */
void suite_wrong(void);

/* What the suite's image table refers to for every group. */
extern const image_record suite_record;
void suite_instantiate(void *instance, struct w2c_rumpk *rumpk, struct w2c_mmio *mmio);
uint32_t suite_run_steps(void *instance);

/* The module `spectest` of the suite. */
struct w2c_spectest {
  int nothing;
};
