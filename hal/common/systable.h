/* systable.h: what the kernel gets at boot. */
#pragma once

/* Writes the packed device tree and the SysTable into the kernel's memory. */
void systable_write(void *fdt);
