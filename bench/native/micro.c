/*
 * micro.c: the micro-suite in C, as its author would write it: the same algorithms as cells/micro/programs.ts. It is
 * compiled separately from suite.c, so that the compiler cannot merge runs.
 */
#include "micro.h"

#include <stddef.h>
#include <string.h>

void crc_table(uint32_t table[256]) {
  for (uint32_t i = 0; i < 256; i++) {
    uint32_t crc = i;
    for (int bit = 0; bit < 8; bit++) crc = crc & 1 ? 0xedb88320 ^ crc >> 1 : crc >> 1;
    table[i] = crc;
  }
}

uint32_t crc32(const uint32_t *table, const uint8_t *data, int length) {
  uint32_t crc = 0xffffffff;
  for (int i = 0; i < length; i++) crc = table[(crc ^ data[i]) & 0xff] ^ crc >> 8;
  return ~crc;
}

uint32_t copy(uint32_t *to, const uint32_t *from, int length) {
  for (int i = 0; i < length; i++) to[i] = from[i] + 1;
  return to[length - 1];
}

uint32_t matrix_product(uint32_t *out, const uint32_t *a, const uint32_t *b, int side) {
  for (int row = 0; row < side; row++) {
    for (int column = 0; column < side; column++) {
      uint32_t sum = 0;
      for (int k = 0; k < side; k++) sum += a[row * side + k] * b[k * side + column];
      out[row * side + column] = sum;
    }
  }
  return out[side * side - 1];
}

uint32_t sieve(uint8_t *flags, int length) {
  uint32_t count = 0;
  memset(flags, 1, (size_t)length);
  for (int i = 2; i < length; i++) {
    if (!flags[i]) continue;
    count++;
    for (int j = i + i; j < length; j += i) flags[j] = 0;
  }
  return count;
}

struct item *items_of(struct item *items, uint32_t count) {
  for (uint32_t value = 0; value < count; value++) {
    items[value].value = value;
    items[value].next = value ? &items[value - 1] : NULL;
  }
  return &items[count - 1];
}

uint32_t sum_of_list(const struct item *first) {
  uint32_t sum = 0;
  for (const struct item *item = first; item; item = item->next) sum += item->value;
  return sum;
}

uint32_t sum_of_array(const uint32_t *numbers, int length) {
  uint32_t sum = 0;
  for (int i = 0; i < length; i++) sum += numbers[i];
  return sum;
}

uint32_t fibonacci(uint32_t n) {
  return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2);
}
