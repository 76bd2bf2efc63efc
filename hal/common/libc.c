/*
 * libc.c: the memory and string functions that compiled code and libfdt need. They use words of 8 bytes at any
 * alignment, which all three ISAs support in normal memory.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Keeps the compiler from turning these loops into calls to the functions themselves. */
#define NO_BUILTIN __attribute__((no_builtin("memcpy", "memmove", "memset", "memcmp", "strlen")))

/* A word at any address, which may alias anything. */
typedef uint64_t __attribute__((aligned(1), may_alias)) word;

/* Also correct for overlapping ranges when `to` is the lower one, which memmove relies on; so no restrict here. */
NO_BUILTIN void *memcpy(void *to, const void *from, size_t length) {
  uint8_t *target = to;
  const uint8_t *source = from;
  for (; length >= 32; length -= 32, target += 32, source += 32) {
    uint64_t a = *(const word *)source, b = *(const word *)(source + 8);
    uint64_t c = *(const word *)(source + 16), d = *(const word *)(source + 24);
    *(word *)target = a;
    *(word *)(target + 8) = b;
    *(word *)(target + 16) = c;
    *(word *)(target + 24) = d;
  }
  for (; length >= 8; length -= 8, target += 8, source += 8) *(word *)target = *(const word *)source;
  for (; length; length--) *target++ = *source++;
  return to;
}

NO_BUILTIN void *memmove(void *to, const void *from, size_t length) {
  uint8_t *target = (uint8_t *)to + length;
  const uint8_t *source = (const uint8_t *)from + length;
  if ((uintptr_t)to - (uintptr_t)from >= length) return memcpy(to, from, length);
  for (; length >= 8; length -= 8) {
    target -= 8;
    source -= 8;
    *(word *)target = *(const word *)source;
  }
  while (length--) *--target = *--source;
  return to;
}

NO_BUILTIN void *memset(void *to, int value, size_t length) {
  uint8_t *target = to;
  uint64_t pattern = 0x0101010101010101u * (uint8_t)value;
  for (; length >= 32; length -= 32, target += 32) {
    *(word *)target = pattern;
    *(word *)(target + 8) = pattern;
    *(word *)(target + 16) = pattern;
    *(word *)(target + 24) = pattern;
  }
  for (; length >= 8; length -= 8, target += 8) *(word *)target = pattern;
  for (; length; length--) *target++ = (uint8_t)value;
  return to;
}

NO_BUILTIN int memcmp(const void *a, const void *b, size_t length) {
  const uint8_t *x = a;
  const uint8_t *y = b;
  for (; length >= 8 && *(const word *)x == *(const word *)y; length -= 8) x += 8, y += 8;
  for (; length; length--, x++, y++) {
    if (*x != *y) return *x - *y;
  }
  return 0;
}

void *memchr(const void *text, int value, size_t length) {
  for (const uint8_t *at = text; length; length--, at++) {
    if (*at == (uint8_t)value) return (void *)at;
  }
  return NULL;
}

NO_BUILTIN size_t strlen(const char *text) {
  size_t length = 0;
  while (text[length]) length++;
  return length;
}

size_t strnlen(const char *text, size_t limit) {
  size_t length = 0;
  while (length < limit && text[length]) length++;
  return length;
}

int strncmp(const char *a, const char *b, size_t limit) {
  for (; limit; limit--, a++, b++) {
    if (*a != *b || *a == 0) return (uint8_t)*a - (uint8_t)*b;
  }
  return 0;
}

int strcmp(const char *a, const char *b) {
  return strncmp(a, b, SIZE_MAX);
}

char *strchr(const char *text, int value) {
  for (;; text++) {
    if (*text == (char)value) return (char *)text;
    if (*text == 0) return NULL;
  }
}

char *strrchr(const char *text, int value) {
  const char *found = NULL;
  for (;; text++) {
    if (*text == (char)value) found = text;
    if (*text == 0) return (char *)found;
  }
}

/* Reads the leading digits; `base` is at most 16. */
unsigned long strtoul(const char *text, char **end, int base) {
  unsigned long value = 0;
  for (;; text++) {
    int digit = *text >= '0' && *text <= '9' ? *text - '0' : (*text | 32) >= 'a' ? (*text | 32) - 'a' + 10 : base;
    if (digit >= base) break;
    value = value * (unsigned)base + (unsigned)digit;
  }
  if (end) *end = (char *)text;
  return value;
}
