/*
 * image.h: the image table, the one thing that host/pipeline hands to hal/. host/pipeline generates one C file
 * (images.c) that includes this header and each cell's wasm2c header, and defines `images`, `images_count`, `rootfs`
 * and `rootfs_size`; its linker script defines the addresses of each cell's code and constants. For a cell `uart` that
 * imports rumpk and mmio:
 *
 *   static void instantiate_uart(void *instance, struct w2c_rumpk *rumpk, struct w2c_mmio *mmio) {
 *     wasm2c_uart_instantiate(instance, mmio, rumpk);      // the modules it imports, in wasm2c's order
 *   }
 *   static uint32_t main_uart(void *instance) { return w2c_uart_cell_main(instance); }
 *   static const uint8_t record_uart[] __attribute__((aligned(8))) = { ... };
 *   extern const uint8_t code_0[], code_end_0[], constants_0[], constants_end_0[];
 *   const struct image images[] = {{record_uart, sizeof record_uart, sizeof(w2c_uart), instantiate_uart, main_uart,
 *                                   {{code_0, code_end_0}, {constants_0, constants_end_0}}}};
 *   const uint32_t images_count = 1;
 *   const uint8_t rootfs[] __attribute__((aligned(4096))) = {...};   // or from an assembler's .incbin
 *   const uint64_t rootfs_size = sizeof(rootfs);                     // 0: no root file system
 *   const uint8_t seals[] = {...}; ... seals_end           // the SealTable; nothing in an unsealed system
 *
 * The kernel's module is compiled under the name `kernel` (kernel.h, wasm2c_kernel_instantiate). Compiler flags for
 * wasm2c's output: -DWASM_RT_MEMCHECK_GUARD_PAGES=1 -U__GNUC__ -Ihal/include.
 *
 * KERNEL_STACK_NEED, bytes of native stack that the deepest sys_* call needs, is computed from the call graph by
 * host/pipeline and given as -DKERNEL_STACK_NEED=...; the default below is generous.
 */
#pragma once
#include <stddef.h>
#include <stdint.h>

#ifndef KERNEL_STACK_NEED
#define KERNEL_STACK_NEED 8192
#endif

struct w2c_rumpk;
struct w2c_mmio;

/* Bytes of the image: [start, end). */
struct span {
  const uint8_t *start;
  const uint8_t *end;
};

/* One cell that can be made. */
struct image {
  const uint8_t *record; /* the ImageRecord with its arrays, without the zeros after the last one in use */
  size_t record_size;    /* IMAGE_PORTS to IMAGE_SIZE */
  size_t instance_size;  /* sizeof(w2c_<name>) */
  void (*instantiate)(void *instance, struct w2c_rumpk *rumpk, struct w2c_mmio *mmio);
  uint32_t (*main)(void *instance);
  struct span package[2]; /* the verified bytes: native code, then constants */
};

extern const struct image images[];
extern const uint32_t images_count;
extern const uint8_t rootfs[];
extern const uint64_t rootfs_size;
extern const uint8_t seals[];
extern const uint8_t seals_end[];
