/*
 * stub.c: the lower bound for every time from starting QEMU to the prompt: an image that prints one line and stops.
 */
#include "platform.h"

ENTRY {
  platform_open();
  put_text("stub\n");
  for (;;) power_off();
}
