/*
 * platform.h: what boot/x86_64 finds out about a PC before it writes the device tree.
 */
#pragma once
#include <stdbool.h>
#include <stdint.h>

enum { CORES_MAX = 64, IO_APICS_MAX = 2, ISA_LINES = 16 };

/* How a line is driven. */
enum trigger { TRIGGER_EDGE_HIGH, TRIGGER_LEVEL_HIGH, TRIGGER_LEVEL_LOW };

struct io_apic {
  uint32_t base;
  uint32_t first_line;
};

struct platform {
  uint64_t local_apic;
  uint32_t cores;
  uint32_t core_ids[CORES_MAX]; /* local APIC ids */
  uint32_t io_apics;
  struct io_apic io_apic[IO_APICS_MAX];
  /* The line that each ISA interrupt arrives on, and how it is driven. */
  uint32_t isa_line[ISA_LINES];
  enum trigger isa_trigger[ISA_LINES];
};

/* Start of the PVH boot information, version 1 (Xen: include/public/arch-x86/hvm/start_info.h). */
struct start_info {
  uint32_t magic;
  uint32_t version;
  uint32_t flags;
  uint32_t module_count;
  uint64_t modules;
  uint64_t command_line;
  uint64_t rsdp;
  uint64_t memory_map;
  uint32_t memory_map_entries;
  uint32_t reserved;
};

struct memory_map_entry {
  uint64_t base;
  uint64_t length;
  uint32_t type;
  uint32_t reserved;
};

/* Fills in what every PC has, then what the ACPI tables say, if there are any. `rsdp` is the address of the root
 * pointer, or 0 to search for it. */
void acpi_platform(uint64_t rsdp, struct platform *platform);
