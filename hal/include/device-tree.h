/*
 * device-tree.h: the few look-ups that hal/ makes in the flattened device tree, on top of libfdt.
 */
#pragma once
#include <libfdt.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The next node after `start` (-1: from the root) that is compatible with `compatible` and whose status is okay, or a
 * negative libfdt error. */
int device_tree_next(const void *fdt, int start, const char *compatible);
/* Entry `index` of the node's reg, in the address cells of its parent. */
bool device_tree_reg(const void *fdt, int node, unsigned index, uintptr_t *base, size_t *length);
/* A property of one or two cells as a number; `otherwise` when it is missing. */
uint64_t device_tree_number(const void *fdt, int node, const char *name, uint64_t otherwise);
/* True when /chosen/bootargs contains the word, between spaces. */
bool device_tree_bootarg(const void *fdt, const char *word);
