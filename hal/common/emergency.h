/* emergency.h: the last words of a broken machine. */
#pragma once
#include <stdint.h>

/* Finds the UART that /chosen/stdout-path names: 16550 or PL011. Without one the machine stops silently. */
void emergency_init(const void *fdt);
/* Maps its registers, once page tables are on. */
void emergency_map(void);
