/*
 * frames.c: the memory of the machine as a number, instead of hal/common/frames.c. Linux has the frames; this file only
 * counts what cells were promised, so that memory runs out as on a bare machine of that size. Nothing is ever taken
 * from a promise: pages_fill costs none.
 *
 * There is no contiguous memory, so a cell that asks for DMA cannot be made.
 */
#include "frames.h"

#include "arch.h"
#include "device-tree.h"
#include "machine.h"

static struct ram_range ram;
static size_t frames_left;

void frames_init(const void *fdt) {
  size_t length;
  int node = fdt_node_offset_by_prop_value(fdt, -1, "device_type", "memory", sizeof "memory");
  if (node < 0 || !device_tree_reg(fdt, node, 0, &ram.base, &length))
    machine_stop("the device tree names no memory", 0);
  ram.end = ram.base + length;
  frames_left = length / PAGE_SIZE;
}

bool frames_ram(unsigned index, struct ram_range *range) {
  if (index > 0) return false;
  *range = ram;
  return true;
}

bool frames_reserve(size_t count) {
  if (count > frames_left) return false;
  frames_left -= count;
  return true;
}

void frames_release(size_t count) {
  frames_left += count;
}

uintptr_t frames_take_run(size_t count) {
  (void)count;
  return 0;
}

/* Linux clears them. */
void frames_prepare(void) {}
