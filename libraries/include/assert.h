/* assert.h: what a library asserts is checked; when it does not hold the cell traps. */
#pragma once
#define assert(condition) ((condition) ? (void)0 : __builtin_trap())
