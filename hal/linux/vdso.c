/*
 * vdso.c: finds one function in the ELF image that Linux maps into every process (vdso(7)), through its dynamic symbol
 * table. The image is position-independent and linked at 0, so a symbol's value is its offset.
 */
#include "vdso.h"

#include <stddef.h>
#include <string.h>

enum { SECTION_SYMBOLS = 11 };

struct elf_header {
  uint8_t identity[16];
  uint16_t type, machine;
  uint32_t version;
  uint64_t entry, segments, sections;
  uint32_t flags;
  uint16_t header_size, segment_size, segment_count, section_size, section_count, section_names;
};

struct elf_section {
  uint32_t name, type;
  uint64_t flags, address, offset, size;
  uint32_t link, info;
  uint64_t alignment, entry_size;
};

struct elf_symbol {
  uint32_t name;
  uint8_t info, other;
  uint16_t section;
  uint64_t value, size;
};

static const uint8_t *image;

void vdso_at(uintptr_t address) {
  image = (const uint8_t *)address;
}

/* The symbol's address in the section, or NULL. */
static const void *find(const struct elf_section *sections, const struct elf_section *table, const char *name) {
  const struct elf_symbol *symbols = (const struct elf_symbol *)(image + table->offset);
  const char *names = (const char *)image + sections[table->link].offset;
  for (uint64_t i = 0; i < table->size / sizeof *symbols; i++) {
    if (symbols[i].section && strcmp(names + symbols[i].name, name) == 0) return image + symbols[i].value;
  }
  return NULL;
}

clock_function vdso_clock(void) {
  const struct elf_header *header = (const struct elf_header *)image;
  if (!image || header->section_size != sizeof(struct elf_section)) return NULL;
  const struct elf_section *sections = (const struct elf_section *)(image + header->sections);
  for (unsigned i = 0; i < header->section_count; i++) {
    if (sections[i].type != SECTION_SYMBOLS) continue;
    return (clock_function)find(sections, &sections[i], "__vdso_clock_gettime");
  }
  return NULL;
}
