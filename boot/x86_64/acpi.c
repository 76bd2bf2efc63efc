/*
 * acpi.c: local APIC, I/O APICs, cores and interrupt overrides from the ACPI tables, ACPI specification 6.4 chapter 5:
 * root pointer (RSDP) -> XSDT or RSDT -> multiple APIC description table (MADT). A machine without the tables is
 * assumed to have what every PC has: one core, the local APIC and one I/O APIC at their usual addresses, ISA interrupts
 * on the lines of the same number.
 *
 * Tables lie below 4 GiB, which boot has mapped. The length of each entry is checked against its table, and each table
 * against its checksum.
 */
#include <stddef.h>
#include <string.h>

#include "platform.h"

/* Where a BIOS puts the root pointer. */
enum { BIOS_START = 0xe0000, BIOS_END = 0x100000, RSDP_ALIGN = 16, RSDP_LENGTH = 20 };
enum { TABLE_LENGTH_MAX = 0x100000 };
enum { LOCAL_APIC_USUAL = 0xfee00000u, IO_APIC_USUAL = 0xfec00000u };
enum { MADT_LOCAL_APIC = 0, MADT_IO_APIC = 1, MADT_OVERRIDE = 2, MADT_LOCAL_APIC_ADDRESS = 5 };
enum { CORE_ENABLED = 1 };
enum { FLAG_ACTIVE_LOW = 3, FLAG_TRIGGER_SHIFT = 2, FLAG_LEVEL = 3 };
/* "RSD PTR ". */
#define RSDP_SIGNATURE 0x2052545020445352ull
#define FOUR_GIB (1ull << 32)

struct __attribute__((packed)) rsdp {
  uint64_t signature;
  uint8_t checksum;
  char oem[6];
  uint8_t revision;
  uint32_t rsdt;
  uint32_t length;
  uint64_t xsdt;
};

struct __attribute__((packed)) table {
  char signature[4];
  uint32_t length;
  uint8_t revision, checksum;
  char oem[26];
};

struct __attribute__((packed)) madt {
  struct table head;
  uint32_t local_apic;
  uint32_t flags;
};

struct __attribute__((packed)) madt_entry {
  uint8_t type, length;
  union {
    struct __attribute__((packed)) {
      uint8_t processor, id;
      uint32_t flags;
    } core;
    struct __attribute__((packed)) {
      uint8_t id, reserved;
      uint32_t base, first_line;
    } io_apic;
    struct __attribute__((packed)) {
      uint8_t bus, source;
      uint32_t line;
      uint16_t flags;
    } override;
    struct __attribute__((packed)) {
      uint16_t reserved;
      uint64_t base;
    } local_apic;
  };
};

static bool sums_to_zero(const void *start, size_t length) {
  uint8_t sum = 0;
  for (size_t i = 0; i < length; i++) sum += ((const uint8_t *)start)[i];
  return sum == 0;
}

static const struct rsdp *check_rsdp(uint64_t address) {
  const struct rsdp *rsdp = (const struct rsdp *)address;
  return rsdp->signature == RSDP_SIGNATURE && sums_to_zero(rsdp, RSDP_LENGTH) ? rsdp : NULL;
}

static const struct rsdp *find_rsdp(uint64_t address) {
  if (address && address < FOUR_GIB - sizeof(struct rsdp)) return check_rsdp(address);
  for (address = BIOS_START; address < BIOS_END; address += RSDP_ALIGN) {
    const struct rsdp *rsdp = check_rsdp(address);
    if (rsdp) return rsdp;
  }
  return NULL;
}

/* The table at `address` if its signature is `signature` and its checksum holds. */
static const struct table *check_table(uint64_t address, const char *signature) {
  if (address == 0 || address >= FOUR_GIB - TABLE_LENGTH_MAX) return NULL;
  const struct table *table = (const struct table *)address;
  if (memcmp(table->signature, signature, 4) != 0) return NULL;
  if (table->length < sizeof *table || table->length > TABLE_LENGTH_MAX) return NULL;
  return sums_to_zero(table, table->length) ? table : NULL;
}

/* The MADT. The root table is a header followed by addresses, 8 bytes each in an XSDT and 4 in an RSDT. */
static const struct madt *find_madt(const struct rsdp *rsdp) {
  bool extended = rsdp->revision >= 2 && rsdp->xsdt;
  const struct table *root = extended ? check_table(rsdp->xsdt, "XSDT") : check_table(rsdp->rsdt, "RSDT");
  size_t width = extended ? sizeof(uint64_t) : sizeof(uint32_t);
  if (!root) return NULL;
  for (size_t at = sizeof *root; at + width <= root->length; at += width) {
    uint64_t address = 0;
    memcpy(&address, (const uint8_t *)root + at, width);
    const struct table *table = check_table(address, "APIC");
    if (table && table->length >= sizeof(struct madt)) return (const struct madt *)table;
  }
  return NULL;
}

static void read_override(const struct madt_entry *entry, struct platform *platform) {
  uint8_t source = entry->override.source;
  if (source >= ISA_LINES) return;
  unsigned flags = entry->override.flags;
  bool level = (flags >> FLAG_TRIGGER_SHIFT & FLAG_LEVEL) == FLAG_LEVEL;
  bool low = (flags & FLAG_ACTIVE_LOW) == FLAG_ACTIVE_LOW;
  platform->isa_line[source] = entry->override.line;
  if (level) platform->isa_trigger[source] = low ? TRIGGER_LEVEL_LOW : TRIGGER_LEVEL_HIGH;
}

/* Entries that are too short for their type are skipped. */
static void read_entry(const struct madt_entry *entry, struct platform *platform) {
  static const uint8_t lengths[] = {8, 12, 10, 0, 0, 12};
  if (entry->type < sizeof lengths && entry->length < lengths[entry->type]) return;
  if (entry->type == MADT_LOCAL_APIC && entry->core.flags & CORE_ENABLED && platform->cores < CORES_MAX) {
    platform->core_ids[platform->cores++] = entry->core.id;
  } else if (entry->type == MADT_IO_APIC && platform->io_apics < IO_APICS_MAX) {
    platform->io_apic[platform->io_apics++] = (struct io_apic){entry->io_apic.base, entry->io_apic.first_line};
  } else if (entry->type == MADT_OVERRIDE) {
    read_override(entry, platform);
  } else if (entry->type == MADT_LOCAL_APIC_ADDRESS) {
    platform->local_apic = entry->local_apic.base;
  }
}

static void read_madt(const struct madt *madt, struct platform *platform) {
  platform->local_apic = madt->local_apic;
  for (size_t at = sizeof *madt; at + 2 <= madt->head.length;) {
    const struct madt_entry *entry = (const struct madt_entry *)((const uint8_t *)madt + at);
    if (entry->length < 2 || at + entry->length > madt->head.length) return;
    read_entry(entry, platform);
    at += entry->length;
  }
}

void acpi_platform(uint64_t rsdp_address, struct platform *platform) {
  *platform = (struct platform){.local_apic = LOCAL_APIC_USUAL};
  for (uint32_t line = 0; line < ISA_LINES; line++) platform->isa_line[line] = line;
  const struct rsdp *rsdp = find_rsdp(rsdp_address);
  const struct madt *madt = rsdp ? find_madt(rsdp) : NULL;
  if (madt) read_madt(madt, platform);
  if (platform->cores == 0) platform->cores = 1;
  if (platform->io_apics == 0) {
    platform->io_apics = 1;
    platform->io_apic[0].base = IO_APIC_USUAL;
  }
}
