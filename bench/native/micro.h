/*
 * micro.h: the programs of the micro-suite in C; cells/micro/programs.ts says what each is.
 */
#pragma once
#include <stdint.h>

struct item {
  struct item *next;
  uint32_t value;
};

void crc_table(uint32_t table[256]);
uint32_t crc32(const uint32_t *table, const uint8_t *data, int length);
uint32_t copy(uint32_t *to, const uint32_t *from, int length);
uint32_t matrix_product(uint32_t *out, const uint32_t *a, const uint32_t *b, int side);
uint32_t sieve(uint8_t *flags, int length);
/* Links `count` items with the values 0 to count - 1, the last value first; returns the first item. */
struct item *items_of(struct item *items, uint32_t count);
uint32_t sum_of_list(const struct item *first);
uint32_t sum_of_array(const uint32_t *numbers, int length);
uint32_t fibonacci(uint32_t n);
