/*
 * vdso.h: the function that reads Linux's clock without a system call.
 */
#pragma once
#include "linux.h"

typedef int (*clock_function)(int clock, struct linux_time *now);

/*
 * Sets the address at which Linux mapped its shared object, from the auxiliary vector; 0 for none. Called once, at
 * boot.
 */
void vdso_at(uintptr_t image);
/* clock_gettime of the shared object, or NULL. */
clock_function vdso_clock(void);
