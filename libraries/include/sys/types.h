/* sys/types.h: libsodium takes size_t from here. */
#pragma once
#include <stddef.h>
