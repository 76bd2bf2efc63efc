/*
 * string.h: copies and fills are instructions of WebAssembly; there is no code behind these names but the compiler's.
 * What needs the rest does not link.
 */
#pragma once
#include <stddef.h>

void *memcpy(void *restrict to, const void *restrict from, size_t length);
void *memmove(void *to, const void *from, size_t length);
void *memset(void *to, int value, size_t length);
size_t strlen(const char *text);
