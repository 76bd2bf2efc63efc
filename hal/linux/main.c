/*
 * main.c: the process describes itself with the flattened device tree of the simulated board (assembly/board), as every
 * other machine does, and enters hal/ with it. It adds a random seed, and what the console's driver must know.
 *
 * It handles the option memory=MIB itself, and removes dir=HOST:GUEST and disk=FILE from the command line, because file
 * names may contain spaces. The memory's address is never used.
 */
#include <libfdt.h>
#include <stdlib.h>
#include <string.h>

#include "arch.h"
#include "console.h"
#include "files.h"
#include "linux.h"
#include "machine.h"
#include "simulated.h"
#include "vdso.h"

enum { WORDS_SIZE = 8192, SEED_SIZE = 32, AUXILIARY_VDSO = 33, STATUS_USAGE = 2 };
enum { MEMORY_DEFAULT = 128, MEMORY_LEAST = 32, MEMORY_MOST = 65536 };

static char words[WORDS_SIZE];
static uint64_t memory_mib = MEMORY_DEFAULT;

__attribute__((noreturn)) void boot_main(const uintptr_t *stack);

/* For user errors: one line on standard error. */
__attribute__((noreturn)) static void refuse(const char *message) {
  linux_call(LINUX_WRITE, 2, (long)message, (long)strlen(message), 0);
  for (;;) linux_call(LINUX_EXIT, STATUS_USAGE, 0, 0, 0);
}

static void add_text(const char *text) {
  size_t used = strlen(words), length = strlen(text);
  if (length >= WORDS_SIZE - used) refuse("rumpk: the command line is longer than 8191 bytes\n");
  memcpy(words + used, text, length + 1);
}

static void add_word(const char *word) {
  if (*words) add_text(" ");
  add_text(word);
}

/* Appends a number below 65536 to the last word. */
static void add_number(unsigned number) {
  char text[6] = "";
  unsigned at = sizeof text - 1;
  do {
    text[--at] = (char)('0' + number % 10);
    number /= 10;
  } while (number);
  add_text(text + at);
}

/* The rest of a word after `prefix`, or NULL if it starts differently. */
static char *behind(char *word, const char *prefix) {
  size_t length = strlen(prefix);
  return strncmp(word, prefix, length) == 0 ? word + length : NULL;
}

static void take_memory(const char *text) {
  char *end;
  memory_mib = strtoul(text, &end, 10);
  if (*end || memory_mib < MEMORY_LEAST || memory_mib > MEMORY_MOST) {
    refuse("rumpk: memory= takes a whole number of MiB from 32 to 65536\n");
  }
}

/* HOST:GUEST, split at the last colon. */
static void take_folder(char *text) {
  char *colon = strrchr(text, ':');
  if (!colon) refuse("rumpk: dir= takes HOST:GUEST\n");
  *colon = 0;
  if (folders_add(text, colon + 1)) refuse("rumpk: dir= takes a folder, and at most 16 of them\n");
  add_word("vfs.host=");
  add_text(colon + 1);
}

static void take_disk(const char *path) {
  int64_t size = disk_open(path);
  if (size < BLOCK_SECTOR) refuse("rumpk: disk= takes a file of at least one sector that can be written\n");
  w2c_devices_blockOpen(&simulated_board, (u64)size);
}

static void add_argument(char *word) {
  char *text;
  if ((text = behind(word, "dir="))) {
    take_folder(text);
  } else if ((text = behind(word, "disk="))) {
    take_disk(text);
  } else {
    if ((text = behind(word, "memory="))) take_memory(text);
    add_word(word);
  }
}

/* Words for the console's driver. */
static void add_console(void) {
  unsigned columns, rows;
  if (!console_is_terminal()) {
    add_word("uart.console=pipe");
  } else if (console_size(&columns, &rows)) {
    add_word("uart.columns=");
    add_number(columns);
    add_word("uart.rows=");
    add_number(rows);
  }
}

/* Adds random numbers to the tree, which may grow to KERNEL_FDT_MAX bytes; omits them if Linux has none. */
static void add_seed(void *tree) {
  static uint8_t seed[SEED_SIZE];
  if (linux_call(LINUX_RANDOM, (long)seed, sizeof seed, 0, 0) != sizeof seed) return;
  int error = fdt_open_into(tree, tree, KERNEL_FDT_MAX);
  if (!error) error = fdt_setprop(tree, fdt_path_offset(tree, "/chosen"), "rng-seed", seed, sizeof seed);
  if (error) machine_stop("the device tree does not fit, libfdt says", (uint64_t)-error);
  memset(seed, 0, sizeof seed);
}

/* The device tree of the board with this command line. */
static const void *describe(void) {
  uint32_t length = (uint32_t)strlen(words);
  memcpy(simulated_memory(w2c_devices_boardWords(&simulated_board, length)), words, length);
  uint32_t machine = *w2c_devices_MACHINE_LINUX(&simulated_board);
  if (!w2c_devices_boardDescribe(&simulated_board, machine, length, arch_memory_window(0), memory_mib << 20, 0, 0)) {
    refuse("rumpk: the command line is too long for the device tree\n");
  }
  void *tree = simulated_memory(w2c_devices_boardTree(&simulated_board));
  add_seed(tree);
  return tree;
}

/* Called by start.S. */
void boot_main(const uintptr_t *stack) {
  uintptr_t count = *stack++;
  simulated_init();
  for (uintptr_t i = 1; i < count; i++) add_argument((char *)stack[i]);
  stack += count + 1;
  while (*stack) stack++;
  for (stack++; stack[0]; stack += 2) {
    if (stack[0] == AUXILIARY_VDSO) vdso_at(stack[1]);
  }
  w2c_devices_hostdirOpen(&simulated_board, folders_count());
  console_open();
  add_console();
  machine_main(describe());
}
