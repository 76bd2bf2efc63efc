/*
 * suite.c: runs the micro-suite in C as cells/micro/main.ts runs it in AssemblyScript: the same data, the same number
 * of runs, and lines of the same form, NAME NANOSECONDS COUNT CHECK.
 */
#include "micro.h"
#include "platform.h"

enum { BYTES = 65536, WORDS = 16384, SIDE = 32, ITEMS = 1000, FIBONACCI = 22, DIGITS = 20 };

static uint8_t bytes[BYTES], flags[BYTES];
static uint32_t from[WORDS], to[WORDS], product[SIDE * SIDE], numbers[ITEMS], table[256];
static struct item items[ITEMS], *first;

static uint32_t run_crc32(void) {
  return crc32(table, bytes, BYTES);
}
static uint32_t run_copy(void) {
  return copy(to, from, WORDS);
}
static uint32_t run_matmul(void) {
  return matrix_product(product, from, to, SIDE);
}
static uint32_t run_sieve(void) {
  return sieve(flags, BYTES);
}
static uint32_t run_list(void) {
  return sum_of_list(first);
}
static uint32_t run_array(void) {
  return sum_of_array(numbers, ITEMS);
}
static uint32_t run_fib(void) {
  return fibonacci(FIBONACCI);
}

static void prepare(void) {
  for (int i = 0; i < BYTES; i++) bytes[i] = (uint8_t)(i * 7 + (i >> 8));
  for (int i = 0; i < WORDS; i++) from[i] = (uint32_t)i * 2654435761u;
  for (int i = 0; i < ITEMS; i++) numbers[i] = (uint32_t)(i * i);
  crc_table(table);
  first = items_of(items, ITEMS);
}

static void put_number(uint64_t value) {
  char digits[DIGITS + 1];
  char *at = digits + DIGITS;
  *at = 0;
  do {
    *--at = (char)('0' + value % 10);
    value /= 10;
  } while (value);
  put_byte(' ');
  put_text(at);
}

static void measure(const char *name, unsigned count, uint32_t (*work)(void)) {
  uint64_t fastest = UINT64_MAX;
  uint32_t check = 0;
  work();
  for (unsigned pass = 0; pass < PASSES; pass++) {
    check = 0;
    uint64_t start = clock_ns();
    for (unsigned i = 0; i < count; i++) check = (check << 1 | check >> 31) ^ work();
    uint64_t time = clock_ns() - start;
    if (time < fastest) fastest = time;
  }
  put_text(name);
  put_number(fastest);
  put_number(count);
  put_number(check);
  put_byte('\n');
}

ENTRY {
  platform_open();
  prepare();
  measure("crc32", 8, run_crc32);
  measure("copy", 30, run_copy);
  measure("matmul", 8, run_matmul);
  measure("sieve", 4, run_sieve);
  measure("list", 500, run_list);
  measure("array", 500, run_array);
  measure("fib", 4, run_fib);
  for (;;) power_off();
}
