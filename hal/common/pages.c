/*
 * pages.c: page tables. The image is mapped by section: text is read-only and executable, rodata read-only, data
 * writable; all other RAM is writable at its physical address, so that the kernel reaches every frame; windows lie
 * above (arch_memory_window, arch_stack_windows) and are filled on demand by windows.c.
 *
 *   level 3  512 GiB an entry (48-bit addresses only)
 *   level 2    1 GiB            tables above this line are made here and stay
 *   level 1    2 MiB            a table of 1 GiB belongs to one memory window
 *   level 0    4 KiB            a table of 2 MiB belongs to one window
 */
#include "pages.h"

#include "frames.h"
#include "machine.h"

#define MIB2 0x200000ul
#define GIB 0x40000000ul
enum { ENTRIES = 512, TABLES_MAX = 3 };

extern char __image_start[], __text_start[], __text_end[], __rodata_start[], __rodata_end[], __data_start[],
    __image_end[];

static uint64_t *root;
static unsigned top; /* level of the root table */

static unsigned table_index(uintptr_t address, unsigned level) {
  return address >> (12 + 9 * level) & (ENTRIES - 1);
}

/* The entry of `address` at `level`; takes missing tables from the reservation and counts them in `taken`. */
static uint64_t *entry_make(uintptr_t address, unsigned level, size_t *taken) {
  uint64_t *table = root;
  for (unsigned at = top; at > level; at--) {
    uint64_t *entry = &table[table_index(address, at)];
    if (!pte_present(*entry)) {
      *entry = pte_table(frames_take());
      ++*taken;
    }
    table = (uint64_t *)pte_address(*entry);
  }
  return &table[table_index(address, level)];
}

/* The entry of `address` at `level`, or NULL when there is no table at that level. */
static uint64_t *entry_find(uintptr_t address, unsigned level) {
  uint64_t *table = root;
  for (unsigned at = top; at > level; at--) {
    uint64_t entry = table[table_index(address, at)];
    if (!pte_present(entry) || !pte_is_table(entry, at)) return NULL;
    table = (uint64_t *)pte_address(entry);
  }
  return &table[table_index(address, level)];
}

/* Like entry_make, for mappings that are never removed: reserves its tables itself. NULL when out of memory. */
static uint64_t *entry_permanent(uintptr_t address, unsigned level) {
  size_t taken = 0;
  if (!frames_reserve(TABLES_MAX)) return NULL;
  uint64_t *entry = entry_make(address, level, &taken);
  frames_release(TABLES_MAX - taken);
  return entry;
}

static void map_permanent(uintptr_t base, uintptr_t end, unsigned rights) {
  while (base < end) {
    unsigned level = base % MIB2 == 0 && end - base >= MIB2;
    uint64_t *entry = entry_permanent(base, level);
    if (!entry) machine_stop("no memory for page tables", base);
    *entry = pte_leaf(base, rights, level);
    base += level ? MIB2 : PAGE_SIZE;
  }
}

static void map_image(void) {
  map_permanent((uintptr_t)__text_start, (uintptr_t)__text_end, MAP_READ | MAP_EXECUTE);
  map_permanent((uintptr_t)__rodata_start, (uintptr_t)__rodata_end, MAP_READ);
  map_permanent((uintptr_t)__data_start, (uintptr_t)__image_end, MAP_READ | MAP_WRITE);
}

static void map_ram(void) {
  uintptr_t image = (uintptr_t)__image_start;
  uintptr_t image_end = (uintptr_t)__image_end;
  struct ram_range range;
  for (unsigned i = 0; frames_ram(i, &range); i++) {
    bool around = range.base < image_end && image < range.end;
    map_permanent(range.base, around ? image : range.end, MAP_READ | MAP_WRITE);
    if (around) map_permanent(image_end, range.end, MAP_READ | MAP_WRITE);
  }
}

/* Makes the tables above those that a window owns. */
static void make_upper_tables(void) {
  for (unsigned index = 0; index <= CELLS; index++) {
    uintptr_t window = arch_memory_window(index);
    for (size_t offset = 0; offset < arch_window_size(); offset += GIB) {
      if (!entry_permanent(window + offset, 2)) machine_stop("no memory for page tables", window);
    }
    uintptr_t stack = arch_stack_windows() + (uintptr_t)index * STACK_WINDOW_SIZE;
    if (!entry_permanent(stack, 1)) machine_stop("no memory for page tables", stack);
  }
}

void pages_init(void) {
  top = arch_mmu_levels() - 1;
  if (!frames_reserve(1)) machine_stop("no memory for page tables", 0);
  root = (uint64_t *)frames_take();
  map_image();
  map_ram();
  make_upper_tables();
  arch_mmu_on(root);
}

bool pages_map_device(uintptr_t base, size_t length) {
  uintptr_t end = base + length;
  if (end < base || end > arch_identity_limit()) return false;
  for (uintptr_t page = base & ~(uintptr_t)(PAGE_SIZE - 1); page < end; page += PAGE_SIZE) {
    uint64_t *entry = entry_find(page, 0);
    if (!entry || !pte_present(*entry)) entry = entry_permanent(page, 0);
    if (!entry) return false;
    *entry = pte_leaf(page, MAP_READ | MAP_WRITE | MAP_DEVICE, 0);
  }
  arch_pages_changed();
  return true;
}

size_t pages_map(uintptr_t virtual_address, uintptr_t physical, unsigned rights) {
  size_t taken = 0;
  uint64_t *entry = entry_make(virtual_address, 0, &taken);
  *entry = pte_leaf(physical, rights, 0);
  arch_page_added(virtual_address);
  return taken;
}

size_t pages_fill(uintptr_t virtual_address) {
  size_t taken = 0;
  uint64_t *entry = entry_make(virtual_address, 0, &taken);
  if (!pte_present(*entry)) {
    *entry = pte_leaf(frames_take(), MAP_READ | MAP_WRITE, 0);
    taken++;
  }
  arch_page_added(virtual_address);
  return taken;
}

uintptr_t pages_physical(uintptr_t virtual_address) {
  uint64_t *entry = entry_find(virtual_address, 0);
  if (!entry || !pte_present(*entry)) return 0;
  return pte_address(*entry) + virtual_address % PAGE_SIZE;
}

/* Clears the entries of [base, end) in the table of 2 MiB that `upper` points to, and frees their frames and the
 * table, which is then all zero. */
static void free_table(uint64_t *upper, uintptr_t base, uintptr_t end, bool frames) {
  uint64_t *table = (uint64_t *)pte_address(*upper);
  for (uint64_t *entry = &table[table_index(base, 0)]; base < end; base += PAGE_SIZE, entry++) {
    if (!pte_present(*entry)) continue;
    if (frames) frames_give(pte_address(*entry));
    *entry = 0;
  }
  *upper = 0;
  frames_give_zeroed((uintptr_t)table);
}

void pages_unmap(uintptr_t base, size_t length, bool frames, bool upper) {
  for (size_t at = 0; at < length;) {
    size_t step = MIB2 - (base + at) % MIB2;
    if (step > length - at) step = length - at;
    uint64_t *entry = entry_find(base + at, 1);
    if (entry && pte_present(*entry)) free_table(entry, base + at, base + at + step, frames);
    at += step;
  }
  for (size_t at = 0; upper && at < length; at += GIB) {
    uint64_t *entry = entry_find(base + at, 2);
    if (!entry || !pte_present(*entry)) continue;
    frames_give_zeroed(pte_address(*entry));
    *entry = 0;
  }
  arch_pages_changed();
}
