/*
 * board.c: QEMU's PC machines, q35 and microvm. They power off in the first of these ways that works:
 *
 *   isa-debug-exit (port 0x501), only if the command line says exit=debugcon: QEMU's own exit status has no room for
 *                  more than 7 bits, so one byte on the debug console (port 0xe9) carries the status first
 *   ACPI           port 0x604, where QEMU's firmware puts the power management registers of q35: sleep state 5
 *   neither        the core halts for good (microvm without exit=debugcon)
 *
 * The real time comes from the MC146818 clock ("motorola,mc146818" in the device tree): seconds, in either of its
 * number formats, taken as UTC in this century.
 */
#include "board.h"

#include "arch.h"
#include "device-tree.h"

#define SECOND 1000000000ull
enum { DEBUG_CONSOLE = 0xe9, DEBUG_EXIT = 0x501, POWER_CONTROL = 0x604, POWER_OFF = 0x2000 };
enum { RTC_SECOND = 0, RTC_MINUTE = 2, RTC_HOUR = 4, RTC_DAY = 7, RTC_MONTH = 8, RTC_YEAR = 9, RTC_A = 10, RTC_B = 11 };
enum { RTC_UPDATING = 0x80, RTC_BINARY = 4, RTC_24_HOURS = 2, RTC_AFTERNOON = 0x80 };

struct date {
  uint8_t second, minute, hour, day, month, year;
};

static bool exit_by_debug_console;
static uintptr_t clock_port;

void board_init(const void *fdt) {
  exit_by_debug_console = device_tree_bootarg(fdt, "exit=debugcon");
  int node = device_tree_next(fdt, -1, "motorola,mc146818");
  size_t length;
  if (node < 0 || !device_tree_reg(fdt, node, 0, &clock_port, &length)) clock_port = 0;
}

/* All devices are at I/O ports. */
void board_map(void) {}

void board_off(uint32_t status) {
  arch_interrupts_off();
  if (exit_by_debug_console) {
    arch_port_store(DEBUG_CONSOLE, 1, status);
    arch_port_store(DEBUG_EXIT, 1, 0);
  }
  arch_port_store(POWER_CONTROL, 2, POWER_OFF);
  for (;;) __asm__ volatile("hlt");
}

static uint8_t clock_read(uint8_t index) {
  arch_port_store((uint16_t)clock_port, 1, index);
  return (uint8_t)arch_port_load((uint16_t)(clock_port + 1), 1);
}

static struct date clock_read_date(void) {
  return (struct date){clock_read(RTC_SECOND), clock_read(RTC_MINUTE), clock_read(RTC_HOUR),
                       clock_read(RTC_DAY),    clock_read(RTC_MONTH),  clock_read(RTC_YEAR)};
}

/* The date, read between two updates: until it is the same twice, with no update in progress. */
static struct date stable_date(void) {
  struct date date, again;
  do {
    while (clock_read(RTC_A) & RTC_UPDATING) continue;
    date = clock_read_date();
    again = clock_read_date();
  } while (memcmp(&date, &again, sizeof date) != 0);
  return date;
}

/* A register's value, in BCD unless the clock is in binary mode. */
static unsigned clock_number(uint8_t value, uint8_t format) {
  return format & RTC_BINARY ? value : (value >> 4) * 10u + (value & 15);
}

static unsigned clock_hour(uint8_t value, uint8_t format) {
  if (format & RTC_24_HOURS) return clock_number(value, format);
  unsigned hour = clock_number(value & ~RTC_AFTERNOON, format) % 12;
  return value & RTC_AFTERNOON ? hour + 12 : hour;
}

/* Days from 1970-01-01 to the date; years start in March, so that the leap day is the last day of its year. */
static uint64_t days_since_1970(unsigned year, unsigned month, unsigned day) {
  if (month < 3) {
    year--;
    month += 12;
  }
  return 365ull * year + year / 4 - year / 100 + year / 400 + (153 * (month - 3) + 2) / 5 + day - 1 - 719468;
}

uint64_t board_real_time(void) {
  if (clock_port == 0) return 0;
  struct date date = stable_date();
  uint8_t format = clock_read(RTC_B);
  uint64_t days = days_since_1970(2000 + clock_number(date.year, format), clock_number(date.month, format),
                                  clock_number(date.day, format));
  unsigned hour = clock_hour(date.hour, format);
  uint64_t minutes = (days * 24 + hour) * 60 + clock_number(date.minute, format);
  return (minutes * 60 + clock_number(date.second, format)) * SECOND;
}
