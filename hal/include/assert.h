/* assert.h: wasm2c and libfdt assert what hal/common already guarantees; nothing is checked at run time. */
#pragma once
#define assert(condition) ((void)0)
