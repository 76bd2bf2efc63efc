/*
 * places.c: from program counters to functions and source lines. host/pipeline/metal/places.ts makes the table from the
 * linked image's debug information, and puts it into its own section; an image without it has no rows.
 *
 *   struct places | rows, in order of address | places | names and files, each ending in NUL
 *
 * A row applies from its address up to that of the next.
 */
#include "places.h"

#include <stddef.h>

#include "string.h"

#define NO_PLACE 0xffffu

struct place_row {
  uint32_t address;
  uint16_t line; /* 0: unknown */
  uint16_t place;
};

/* A function in a file; texts are offsets from the table's start. */
struct place {
  uint32_t name;
  uint32_t file;
  uint32_t beginning; /* first line of the function, 0: unknown */
};

extern const struct places {
  uint32_t row_count;
  uint32_t places; /* offset of the places */
  struct place_row rows[];
} places;

/* A text that never overflows its buffer, and ends in NUL. */
struct writer {
  char *at;
  char *end;
};

static void put(struct writer *out, const char *text) {
  while (*text && out->at < out->end) *out->at++ = *text++;
}

static void put_number(struct writer *out, uint32_t number) {
  char digits[11] = "";
  char *digit = digits + sizeof(digits) - 1;
  do {
    *--digit = (char)('0' + number % 10);
    number /= 10;
  } while (number);
  put(out, digit);
}

/* The last row whose address is not greater than `pc`. */
static const struct place_row *row_at(uintptr_t pc) {
  uint32_t low = 0, high = places.row_count;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (places.rows[middle].address <= pc) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low ? &places.rows[low - 1] : NULL;
}

void place_text(uintptr_t pc, bool beginning, char where[WHERE_SIZE]) {
  memset(where, 0, WHERE_SIZE);
  const struct place_row *row = row_at(pc);
  if (!row || row->place == NO_PLACE) return;
  const char *table = (const char *)&places;
  const struct place *place = (const struct place *)(table + places.places) + row->place;
  uint32_t line = beginning || row->line == 0 ? place->beginning : row->line;
  struct writer out = {where, where + WHERE_SIZE - 1};
  put(&out, table + place->name);
  if (line == 0) return;
  put(&out, " (");
  put(&out, table + place->file);
  put(&out, ":");
  put_number(&out, line);
  put(&out, ")");
}
