/*
 * device-tree.c: look-ups in the flattened device tree (Devicetree Specification 0.4), on top of libfdt.
 */
#include "device-tree.h"

static bool is_okay(const void *fdt, int node) {
  const char *status = fdt_getprop(fdt, node, "status", NULL);
  return !status || strcmp(status, "okay") == 0 || strcmp(status, "ok") == 0;
}

int device_tree_next(const void *fdt, int start, const char *compatible) {
  int node = fdt_node_offset_by_compatible(fdt, start, compatible);
  while (node >= 0 && !is_okay(fdt, node)) node = fdt_node_offset_by_compatible(fdt, node, compatible);
  return node;
}

/* A number of one or two 32-bit cells. */
static uint64_t read_cells(const fdt32_t *cells, int count) {
  uint64_t value = 0;
  for (int i = 0; i < count; i++) value = value << 32 | fdt32_to_cpu(cells[i]);
  return value;
}

bool device_tree_reg(const void *fdt, int node, unsigned index, uintptr_t *base, size_t *length) {
  int bytes;
  int parent = fdt_parent_offset(fdt, node);
  const fdt32_t *reg = fdt_getprop(fdt, node, "reg", &bytes);
  int address_cells = fdt_address_cells(fdt, parent);
  int size_cells = fdt_size_cells(fdt, parent);
  if (!reg || address_cells < 1 || size_cells < 0) return false;
  int entry = address_cells + size_cells;
  if ((int)(index + 1) * entry * 4 > bytes) return false;
  reg += (int)index * entry;
  *base = read_cells(reg, address_cells);
  *length = read_cells(reg + address_cells, size_cells);
  return true;
}

uint64_t device_tree_number(const void *fdt, int node, const char *name, uint64_t otherwise) {
  int bytes;
  const fdt32_t *value = fdt_getprop(fdt, node, name, &bytes);
  if (!value || (bytes != 4 && bytes != 8)) return otherwise;
  return read_cells(value, bytes / 4);
}

bool device_tree_bootarg(const void *fdt, const char *word) {
  const char *text = fdt_getprop(fdt, fdt_path_offset(fdt, "/chosen"), "bootargs", NULL);
  size_t length = strlen(word);
  while (text && *text) {
    const char *end = strchr(text, ' ');
    size_t size = end ? (size_t)(end - text) : strlen(text);
    if (size == length && memcmp(text, word, length) == 0) return true;
    text = end ? end + 1 : NULL;
  }
  return false;
}
