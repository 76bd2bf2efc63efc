/*
 * stub.c: the floor under every time from starting QEMU to the prompt: an image that prints one line and stops.
 */
#include "platform.h"

void ENTRY(const void *described_by) {
  (void)described_by;
  platform_open();
  put_text("stub\n");
  for (;;) power_off();
}
