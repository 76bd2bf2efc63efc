/*
 * What libsodium calls when a program passes what no correct program passes, such as a key of a wrong length. Its own
 * (sodium/core.c) runs a handler and aborts; here the cell traps.
 */
#include "core.h"

void sodium_misuse(void) { __builtin_trap(); }
