/*
 * mmio.c: device windows: the `hal.window_*` functions and quiesce, and the import module `mmio` of drivers. A driver
 * passes a window's index and an offset; an access that is out of bounds, or lacks the right, is a fault with
 * CAUSE_WINDOW. Whenever a window is unmapped, its line is masked and the manifest's reset write is done first.
 *
 * Windows are never laid over RAM, with one exception: the archive of the root file system, read-only.
 *
 * Order between memory (for DMA) and registers: a driver's stores to its memory are visible before a subsequent store
 * to a register (a doorbell); its loads from memory return data no older than a register that it read before (a
 * status).
 */
#include "cell.h"
#include "frames.h"
#include "interrupts.h"
#include "kernel-module.h"
#include "pages.h"
#include "windows.h"

#if ARCH_PORTS
enum { PORT_WIDTH_MAX = sizeof(arch_port_value) };
#else
enum { PORT_WIDTH_MAX = 0 };
#endif

static bool overlaps_ram(uintptr_t base, uintptr_t end) {
  struct ram_range range;
  for (unsigned i = 0; frames_ram(i, &range); i++) {
    if (base < range.end && range.base < end) return true;
  }
  return false;
}

static bool is_rootfs(uintptr_t base, uintptr_t end) {
  return base >= (uintptr_t)rootfs && end <= (uintptr_t)rootfs + rootfs_size;
}

/* Fills in `window`, and maps its registers. 0 or a negative errno. */
static int window_prepare(struct device_window *window, uint64_t base, uint64_t length, uint32_t rights) {
  window->ports = base & WINDOW_IO_PORTS;
  window->memory = false;
  base &= ~(uint64_t)WINDOW_IO_PORTS;
  if (length == 0 || base + length < base) return EINVAL;
  if (window->ports) {
    if (base + length > ARCH_PORTS) return EINVAL;
  } else if (is_rootfs(base, base + length)) {
    if (rights & LEND_WRITE) return EACCES;
    window->memory = true;
  } else {
    if (overlaps_ram(base, base + length)) return EACCES;
    if (!pages_map_device(base, length)) return ENOMEM;
  }
  window->base = base;
  window->length = length;
  window->rights = rights;
  window->line = 0;
  return 0;
}

u32 w2c_hal_window_map(struct w2c_hal *hal, u32 index, u32 number, u64 base, u64 length, u32 rights) {
  (void)hal;
  struct cell *cell = cell_find(index);
  if (!cell || number >= WINDOWS_MAX) return (u32)EINVAL;
  if (number >= image_record_of(cell->image)->devices) return (u32)EINVAL;
  if (cell->windows[number].length) return (u32)EBUSY;
  cell->last_window = number;
  return (u32)window_prepare(&cell->windows[number], base, length, rights);
}

static uint64_t load(const struct device_window *window, uintptr_t address, unsigned width) {
#if ARCH_PORTS
  if (window->ports) return arch_port_load((arch_port)address, width);
#endif
  (void)window;
  uint64_t value;
  switch (width) {
    case 1:
      value = *(volatile uint8_t *)address;
      break;
    case 2:
      value = *(volatile uint16_t *)address;
      break;
    case 4:
      value = *(volatile uint32_t *)address;
      break;
    default:
      value = *(volatile uint64_t *)address;
  }
  arch_after_device_load();
  return value;
}

static void store(const struct device_window *window, uintptr_t address, unsigned width, uint64_t value) {
#if ARCH_PORTS
  if (window->ports) {
    arch_port_store((arch_port)address, width, (arch_port_value)value);
    return;
  }
#endif
  (void)window;
  arch_before_device_store();
  switch (width) {
    case 1:
      *(volatile uint8_t *)address = (uint8_t)value;
      break;
    case 2:
      *(volatile uint16_t *)address = (uint16_t)value;
      break;
    case 4:
      *(volatile uint32_t *)address = (uint32_t)value;
      break;
    default:
      *(volatile uint64_t *)address = value;
  }
}

/* Does the reset write of window `number`. The kernel only maps windows that the write fits into, and only devices
 * of the manifest, all of whose records are in the image. */
static void reset(const struct cell *cell, unsigned number) {
  const struct device_window *window = &cell->windows[number];
  const device_record *record = (const device_record *)(cell->image->record + IMAGE_DEVICES) + number;
  if (!record->reset_width) return;
  store(window, window->base + record->reset_offset, record->reset_width, record->reset_value);
}

static void unmap(struct cell *cell, unsigned number) {
  struct device_window *window = &cell->windows[number];
  if (!window->length) return;
  interrupts_unbind(window);
  reset(cell, number);
  window->length = 0;
}

u32 w2c_hal_window_unmap(struct w2c_hal *hal, u32 index, u32 number) {
  (void)hal;
  struct cell *cell = cell_find(index);
  if (!cell || number >= WINDOWS_MAX || !cell->windows[number].length) return (u32)EINVAL;
  unmap(cell, number);
  return 0;
}

u32 w2c_hal_quiesce(struct w2c_hal *hal, u32 index) {
  (void)hal;
  struct cell *cell = cell_find(index);
  if (!cell) return (u32)EINVAL;
  for (unsigned i = 0; i < WINDOWS_MAX; i++) unmap(cell, i);
  return 0;
}

/* The window if [offset, offset + width) lies in it and `right` is held; else the cell faults. Registers can only be
 * accessed at multiples of their width. */
static const struct device_window *check(struct w2c_mmio *self, u32 number, u32 offset, unsigned width, u32 right,
                                         uintptr_t pc) {
  const struct device_window *window = &self->cell->windows[number % WINDOWS_MAX];
  bool good = number < WINDOWS_MAX && (uint64_t)offset + width <= window->length && (window->rights & right) &&
              (window->memory || (window->base + offset) % width == 0) && !(window->ports && width > PORT_WIDTH_MAX);
  if (!good) cell_fault_here(self->cell, CAUSE_WINDOW, offset, pc);
  return window;
}

#define CALLER ((uintptr_t)__builtin_return_address(0))

#define DEFINE_LOAD(name, type, width)                                                          \
  type w2c_mmio_##name(struct w2c_mmio *self, u32 number, u32 offset) {                         \
    const struct device_window *window = check(self, number, offset, width, LEND_READ, CALLER); \
    return (type)load(window, window->base + offset, width);                                    \
  }

#define DEFINE_STORE(name, type, width)                                                          \
  void w2c_mmio_##name(struct w2c_mmio *self, u32 number, u32 offset, type value) {              \
    const struct device_window *window = check(self, number, offset, width, LEND_WRITE, CALLER); \
    store(window, window->base + offset, width, value);                                          \
  }

DEFINE_LOAD(load8, u32, 1)
DEFINE_LOAD(load16, u32, 2)
DEFINE_LOAD(load32, u32, 4)
DEFINE_LOAD(load64, u64, 8)
DEFINE_STORE(store8, u32, 1)
DEFINE_STORE(store16, u32, 2)
DEFINE_STORE(store32, u32, 4)
DEFINE_STORE(store64, u64, 8)

u64 w2c_mmio_dma_address(struct w2c_mmio *self, u32 pointer, u32 length) {
  struct cell *cell = self->cell;
  bool dma = image_record_of(cell->image)->flags & IMAGE_DMA;
  if (!dma) return (u64)(int64_t)EACCES;
  if ((uint64_t)pointer + length > cell->memory->size) return (u64)(int64_t)EFAULT;
  return pages_physical((uintptr_t)cell->memory->data + pointer);
}

void w2c_mmio_irq_ack(struct w2c_mmio *self, u32 number) {
  const struct device_window *window = &self->cell->windows[number % WINDOWS_MAX];
  if (number >= WINDOWS_MAX || window->length == 0) cell_fault_here(self->cell, CAUSE_WINDOW, 0, CALLER);
  if (window->line == 0) return;
  arch_interrupts_off();
  arch_line_unmask(window->line);
  arch_interrupts_on();
}
