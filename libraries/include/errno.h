/* errno.h: libsodium includes it; the functions that set errno need an operating system and are never linked. */
#pragma once
#define ENOMEM 12
#define ENOSYS 38

extern int errno;
