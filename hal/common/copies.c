/*
 * copies.c: hal.cell_read, cell_write and cell_copy, which move every message. Ranges are checked against both memories
 * first, so a bad one changes nothing. The memory of the kernel and that of a cell never overlap; two ranges of one
 * cell may.
 *
 * A message is copied twice, each time by one of these calls, so their helpers are inlined although hal/ is compiled
 * for size.
 */
#include "cell.h"
#include "kernel-module.h"

#define IN_LINE __attribute__((always_inline)) static inline

/* A word at any address, which may alias anything. */
typedef uint64_t __attribute__((aligned(1), may_alias)) word;

/* Copies between memories that do not overlap; inlined, because most messages are short. */
IN_LINE void copy_apart(uint8_t *to, const uint8_t *from, uint32_t length) {
  for (; length >= 32; length -= 32, to += 32, from += 32) {
    uint64_t a = *(const word *)from, b = *(const word *)(from + 8);
    uint64_t c = *(const word *)(from + 16), d = *(const word *)(from + 24);
    *(word *)to = a;
    *(word *)(to + 8) = b;
    *(word *)(to + 16) = c;
    *(word *)(to + 24) = d;
  }
  if (length) memcpy(to, from, length);
}

/* [at, at + length) in the cell's memory, or NULL when part of it is outside. */
IN_LINE uint8_t *cell_range(uint32_t index, uint32_t at, uint32_t length) {
  struct cell *cell = cell_find(index);
  if (!cell || !cell->memory || (uint64_t)at + length > cell->memory->size) return NULL;
  return cell->memory->data + at;
}

u32 w2c_hal_cell_read(struct w2c_hal *hal, u32 index, u32 source, u32 target, u32 length) {
  (void)hal;
  const uint8_t *from = cell_range(index, source, length);
  uint8_t *to = kernel_range(target, length);
  if (length > COPY_MAX) return (u32)EINVAL;
  if (!from || !to) return (u32)EFAULT;
  copy_apart(to, from, length);
  return 0;
}

u32 w2c_hal_cell_write(struct w2c_hal *hal, u32 index, u32 target, u32 source, u32 length) {
  (void)hal;
  const uint8_t *from = kernel_range(source, length);
  uint8_t *to = cell_range(index, target, length);
  if (length > COPY_MAX) return (u32)EINVAL;
  if (!from || !to) return (u32)EFAULT;
  copy_apart(to, from, length);
  return 0;
}

u32 w2c_hal_cell_copy(struct w2c_hal *hal, u32 target_cell, u32 target, u32 source_cell, u32 source, u32 length) {
  (void)hal;
  const uint8_t *from = cell_range(source_cell, source, length);
  uint8_t *to = cell_range(target_cell, target, length);
  if (length > COPY_MAX) return (u32)EINVAL;
  if (!from || !to) return (u32)EFAULT;
  memmove(to, from, length);
  return 0;
}
