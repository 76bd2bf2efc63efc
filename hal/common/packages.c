/*
 * packages.c: hal.package_read, which reads what the sealing cell verifies. A cell's package is its native code
 * followed by its constants, as linked: both are in read-only memory. Image SEAL_TABLE_IMAGE is the SealTable, which is
 * empty in an unsealed system.
 */
#include "image.h"
#include "kernel-module.h"

/* Copies [offset, offset + length) of the concatenated spans, as far as it exists; returns the number of bytes. */
static uint32_t copy_spans(const struct span *spans, unsigned count, uint32_t offset, uint8_t *to, uint32_t length) {
  uint32_t copied = 0;
  uint64_t at = offset;
  for (unsigned i = 0; i < count && copied < length; i++) {
    uint64_t size = (uint64_t)(spans[i].end - spans[i].start);
    if (at >= size) {
      at -= size;
      continue;
    }
    uint64_t left = size - at;
    uint32_t part = left < length - copied ? (uint32_t)left : length - copied;
    memcpy(to + copied, spans[i].start + at, part);
    copied += part;
    at = 0;
  }
  return copied;
}

u32 w2c_hal_package_read(struct w2c_hal *hal, u32 image, u32 offset, u32 target, u32 length) {
  (void)hal;
  const struct span table = {seals, seals_end};
  bool is_table = image == SEAL_TABLE_IMAGE;
  uint8_t *to = kernel_range(target, length);
  if (!is_table && image >= images_count) return (u32)EINVAL;
  if (!to) return (u32)EFAULT;
  if (!is_table) return copy_spans(images[image].package, 2, offset, to, length);
  if (table.start == table.end) return (u32)ENOENT;
  return copy_spans(&table, 1, offset, to, length);
}
