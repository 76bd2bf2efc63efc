/* stdlib.h: declared, as libsodium names them; a function that needs a heap does not link. */
#pragma once
#include <stddef.h>

void *malloc(size_t size);
void free(void *memory);
_Noreturn void abort(void);
