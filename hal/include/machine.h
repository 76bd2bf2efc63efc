/*
 * machine.h: sizes and small services that all of hal/ shares.
 */
#pragma once
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "rumpk-abi.h"

#define PAGE_SIZE 4096

/*
 * A stack window, one for each cell and one for the kernel:
 *
 *   0                      instance: wasm2c's struct and the function table, at most INSTANCE_MAX
 *   INSTANCE_MAX           guard, never mapped: at least 4 MiB
 *   end - size of stack    stack, grows down; size at most STACK_MAX
 *   STACK_WINDOW_SIZE      end
 */
#define STACK_WINDOW_SIZE 0x1000000
#define INSTANCE_MAX 0x400000
#define STACK_MAX 0x800000

/* Writes `text` and a number to the emergency console (the stdout-path of the device tree, if it is a known UART)
 * and powers the machine off with status 255. For faults of the machine itself. */
__attribute__((noreturn, cold)) void machine_stop(const char *text, uint64_t number);
/* The same, with the program counter where it happened. */
__attribute__((noreturn, cold)) void machine_stop_at(const char *text, uint64_t number, uintptr_t pc);
