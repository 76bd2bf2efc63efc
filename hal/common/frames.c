/*
 * frames.c: page frames of RAM.
 *
 * Free frames are in one of three places: ranges never used (each with a moving base), a list of frames that hold old
 * data, and a list of frames that are zero except for the link in their first word. `frames_free` counts all three;
 * `frames_reserved` counts those promised to reservations, and is never larger.
 */
#include "frames.h"

#include "arch.h"
#include "device-tree.h"
#include "machine.h"

enum { RANGES_MAX = 16, HOLES_MAX = 16, PREPARED = 32 };

/* A free frame, linked through its first word. */
struct free_frame {
  struct free_frame *next;
};

extern char __image_start[], __image_end[];

static struct ram_range ram[RANGES_MAX];
static unsigned ram_count;
static struct ram_range holes[HOLES_MAX];
static unsigned hole_count;
static struct ram_range unused[RANGES_MAX];
static unsigned unused_count;
static struct free_frame *dirty_list;
static struct free_frame *zero_list;
static size_t zero_count;
static size_t frames_free;
static size_t frames_reserved;

static uintptr_t page_up(uintptr_t address) {
  return (address + PAGE_SIZE - 1) & ~(uintptr_t)(PAGE_SIZE - 1);
}
static uintptr_t page_down(uintptr_t address) {
  return address & ~(uintptr_t)(PAGE_SIZE - 1);
}

static void add_hole(uintptr_t base, size_t length) {
  if (length == 0) return;
  if (hole_count == HOLES_MAX) machine_stop("too many reserved ranges of memory", hole_count);
  holes[hole_count++] = (struct ram_range){page_down(base), page_up(base + length)};
}

/* Memory that must not be used: the image, the device tree, /reserved-memory and the tree's reservation block. */
static void find_holes(const void *fdt) {
  uint64_t base, length;
  uintptr_t reg_base;
  size_t reg_length;
  add_hole((uintptr_t)__image_start, (size_t)(__image_end - __image_start));
  add_hole((uintptr_t)fdt, fdt_totalsize(fdt));
  for (int i = 0; i < fdt_num_mem_rsv(fdt); i++) {
    if (fdt_get_mem_rsv(fdt, i, &base, &length) == 0) add_hole(base, length);
  }
  int parent = fdt_path_offset(fdt, "/reserved-memory");
  int node;
  fdt_for_each_subnode(node, fdt, parent) {
    if (device_tree_reg(fdt, node, 0, &reg_base, &reg_length)) add_hole(reg_base, reg_length);
  }
}

static void add_unused(uintptr_t base, uintptr_t end) {
  if (base >= end) return;
  if (unused_count == RANGES_MAX) return;
  unused[unused_count++] = (struct ram_range){base, end};
  frames_free += (end - base) / PAGE_SIZE;
}

/* Adds [base, end) without the holes in it. */
static void add_ram(uintptr_t base, uintptr_t end) {
  if (end > arch_identity_limit()) end = arch_identity_limit();
  base = page_up(base);
  end = page_down(end);
  if (base == 0) base = PAGE_SIZE;
  if (base >= end || ram_count == RANGES_MAX) return;
  ram[ram_count++] = (struct ram_range){base, end};
  while (base < end) {
    struct ram_range next = {end, end};
    for (unsigned i = 0; i < hole_count; i++) {
      if (holes[i].end > base && holes[i].base < next.base) next = holes[i];
    }
    add_unused(base, next.base);
    base = next.end;
  }
}

void frames_init(const void *fdt) {
  uintptr_t base;
  size_t length;
  find_holes(fdt);
  for (int node = fdt_node_offset_by_prop_value(fdt, -1, "device_type", "memory", 7); node >= 0;
       node = fdt_node_offset_by_prop_value(fdt, node, "device_type", "memory", 7)) {
    for (unsigned i = 0; device_tree_reg(fdt, node, i, &base, &length); i++) add_ram(base, base + length);
  }
  if (frames_free == 0) machine_stop("the device tree names no memory", 0);
}

bool frames_ram(unsigned index, struct ram_range *range) {
  if (index >= ram_count) return false;
  *range = ram[index];
  return true;
}

bool frames_reserve(size_t count) {
  if (count > frames_free - frames_reserved) return false;
  frames_reserved += count;
  return true;
}

void frames_release(size_t count) {
  frames_reserved -= count;
}

/* A frame that was never used. */
static struct free_frame *take_unused(void) {
  for (unsigned i = 0; i < unused_count; i++) {
    if (unused[i].base == unused[i].end) continue;
    struct free_frame *frame = (struct free_frame *)unused[i].base;
    unused[i].base += PAGE_SIZE;
    return frame;
  }
  machine_stop("a reserved frame is missing", frames_free);
}

/* A frame that must be cleared. */
static struct free_frame *take_dirty(void) {
  struct free_frame *frame = dirty_list;
  if (!frame) return take_unused();
  dirty_list = frame->next;
  return frame;
}

/* Clears a frame. A page fault spends most of its time in this loop, so it stores 32 words per iteration. */
static void clear(struct free_frame *frame) {
  uint64_t *words = (uint64_t *)frame;
  for (uint64_t *end = words + PAGE_SIZE / sizeof(*words); words < end; words += 32) {
#pragma clang loop unroll(full)
    for (unsigned i = 0; i < 32; i++) *(volatile uint64_t *)&words[i] = 0;
  }
}

uintptr_t frames_take(void) {
  struct free_frame *frame = zero_list;
  if (frame) {
    zero_list = frame->next;
    zero_count--;
    frame->next = NULL;
  } else {
    frame = take_dirty();
    clear(frame);
  }
  frames_free--;
  frames_reserved--;
  return (uintptr_t)frame;
}

void frames_give(uintptr_t address) {
  struct free_frame *frame = (struct free_frame *)address;
  frame->next = dirty_list;
  dirty_list = frame;
  frames_free++;
}

void frames_give_zeroed(uintptr_t address) {
  struct free_frame *frame = (struct free_frame *)address;
  frame->next = zero_list;
  zero_list = frame;
  zero_count++;
  frames_free++;
}

uintptr_t frames_take_run(size_t count) {
  for (unsigned i = 0; i < unused_count; i++) {
    if ((unused[i].end - unused[i].base) / PAGE_SIZE < count) continue;
    uintptr_t base = unused[i].base;
    unused[i].base += count * PAGE_SIZE;
    frames_free -= count;
    frames_reserved -= count;
    memset((void *)base, 0, count * PAGE_SIZE);
    return base;
  }
  return 0;
}

void frames_prepare(void) {
  while (zero_count < PREPARED && zero_count < frames_free) {
    struct free_frame *frame = take_dirty();
    clear(frame);
    frame->next = zero_list;
    zero_list = frame;
    zero_count++;
  }
}
