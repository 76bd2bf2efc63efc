/*
 * images.c: hands the compiled manifests to the kernel.
 */
#include "image.h"

#include "kernel-module.h"

u32 w2c_hal_images(struct w2c_hal *hal, u32 out) {
  (void)hal;
  for (uint32_t i = 0; i < images_count; i++) {
    uint8_t *record = kernel_range(out + i * IMAGE_SIZE, IMAGE_SIZE);
    if (!record) return (u32)EFAULT;
    memcpy(record, images[i].record, images[i].record_size);
    memset(record + images[i].record_size, 0, IMAGE_SIZE - images[i].record_size);
  }
  return images_count;
}
