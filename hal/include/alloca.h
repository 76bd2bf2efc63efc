/* alloca.h: stack memory of wasm2c's tail calls, by the compiler's builtin. */
#pragma once
#define alloca __builtin_alloca
