/* stdlib.h: libfdt includes it; the one function it uses is hal/common/libc.c's. */
#pragma once
#include <stddef.h>

unsigned long strtoul(const char *text, char **end, int base);
