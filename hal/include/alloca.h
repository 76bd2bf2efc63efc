/* alloca.h: stack memory for wasm2c's tail calls, from the compiler's builtin. */
#pragma once
#define alloca __builtin_alloca
