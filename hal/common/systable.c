/*
 * systable.c: the SysTable (assembly/abi/systable.ts has its layout) and the kernel's copy of the device tree, with a
 * node for the root file system and without the random seed.
 */
#include "systable.h"

#include "arch.h"
#include "board.h"
#include "device-tree.h"
#include "entropy.h"
#include "frames.h"
#include "image.h"
#include "kernel-module.h"

/* Adds /rumpk/rootfs with the archive's address. */
static int add_rootfs(void *fdt) {
  int rumpk = fdt_add_subnode(fdt, 0, "rumpk");
  if (rumpk < 0) return rumpk;
  int error = fdt_setprop_u32(fdt, rumpk, "#address-cells", 2);
  if (!error) error = fdt_setprop_u32(fdt, rumpk, "#size-cells", 2);
  if (error) return error;
  int node = fdt_add_subnode(fdt, rumpk, "rootfs");
  if (node < 0) return node;
  fdt64_t reg[2] = {cpu_to_fdt64((uintptr_t)rootfs), cpu_to_fdt64(rootfs_size)};
  error = fdt_setprop_string(fdt, node, "compatible", "rumpk,tar");
  return error ? error : fdt_setprop(fdt, node, "reg", reg, sizeof(reg));
}

/* The original tree is packed in place, because firmware may have padded it to far more than KERNEL_FDT_MAX;
 * fdt_open_into reorders a tree that cannot be packed. */
static void write_device_tree(void *fdt) {
  fdt_pack(fdt);
  void *copy = kernel_range(KERNEL_FDT, KERNEL_FDT_MAX);
  int error = fdt_open_into(fdt, copy, KERNEL_FDT_MAX);
  if (!error && rootfs_size) error = add_rootfs(copy);
  if (error) machine_stop("the device tree is broken or too big, libfdt says", (uint64_t)(int64_t)error);
  int chosen = fdt_path_offset(copy, "/chosen");
  if (chosen >= 0) fdt_delprop(copy, chosen, "rng-seed");
  fdt_pack(copy);
}

/* The calls' entry points, by number. */
static const uintptr_t entries[] = {
#define ENTRY(name, ...) (uintptr_t)w2c_kernel_sys_##name,
    RUMPK_FUNCTIONS(ENTRY)};

void systable_write(void *fdt) {
  sys_table *table = (sys_table *)kernel_range(KERNEL_BOOT_AREA, sizeof(sys_table));
  struct ram_range range;
  write_device_tree(fdt);
  _Static_assert(sizeof(entries) == sizeof(table->entries), "an entry for each call");
  memcpy(table->entries, entries, sizeof(entries));
  table->magic = SYSTABLE_MAGIC;
  table->version = ABI_VERSION;
  table->arch = ARCH_ID;
  for (unsigned i = 0; frames_ram(i, &range); i++) {
    if (i == 0) table->ram_base = range.base;
    table->ram_size += range.end - range.base;
  }
  table->fdt = KERNEL_FDT;
  table->cpu_mask = 1;
  table->timer_hz = arch_timer_hz();
  table->boot_ns = board_real_time();
  entropy_fill(&table->seed0, sizeof(table->seed0) + sizeof(table->seed1));
}
