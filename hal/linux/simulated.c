/*
 * simulated.c: the simulated board in the process: AssemblyScript (assembly/board) compiled with wasm2c, like kernel
 * and cells. Its memory is static, so that system calls may use it (linux.h). Its interrupt lines are those of the
 * interrupt controller; its bus responds at I/O ports, one port for each address of the bus.
 */
#include "simulated.h"

#include "board.h"
#include "console.h"
#include "interrupt.h"
#include "machine.h"

enum { PAGES = 8 };

w2c_devices simulated_board;

static uint8_t memory[PAGES * WASM_PAGE] __attribute__((aligned(PAGE_SIZE)));
/* The last store to a port sent a byte. */
static bool sent;

/* Functions that the board's code calls instead of the cells' runtime (rt.c): host/pipeline/metal/metal-system.ts. */
void simulated_allocate_memory(wasm_rt_memory_t *made, uint64_t pages, uint64_t max_pages, bool is64,
                               uint32_t page_size);
void simulated_free_memory(wasm_rt_memory_t *made);
__attribute__((noreturn)) void simulated_trap(wasm_rt_trap_t trap);

void simulated_allocate_memory(wasm_rt_memory_t *made, uint64_t pages, uint64_t max_pages, bool is64,
                               uint32_t page_size) {
  (void)max_pages;
  (void)is64;
  if (pages > PAGES) machine_stop("the simulated board wants pages", pages);
  *made = (wasm_rt_memory_t){memory, pages * page_size, pages, pages, page_size};
}

void simulated_free_memory(wasm_rt_memory_t *made) {
  (void)made;
}

void simulated_trap(wasm_rt_trap_t trap) {
  machine_stop("trap of the simulated board", trap);
}

void simulated_init(void) {
  wasm2c_devices_instantiate(&simulated_board, NULL);
}

void *simulated_memory(uint32_t at) {
  return memory + at;
}

/* ---- the rim: the console ---- */

u32 w2c_host_receive(struct w2c_host *host) {
  (void)host;
  return (u32)console_receive();
}

u32 w2c_host_can_transmit(struct w2c_host *host) {
  (void)host;
  return console_can_send();
}

void w2c_host_transmit(struct w2c_host *host, u32 byte) {
  (void)host;
  sent = true;
  console_send((uint8_t)byte);
}

void w2c_host_wake(struct w2c_host *host) {
  (void)host;
  arch_pending = true;
}

/* ---- interrupt lines ---- */

void arch_interrupt_init(const void *fdt) {
  (void)fdt;
}

void arch_line_mask(unsigned line) {
  w2c_devices_bindLine(&simulated_board, line, false);
}

void arch_line_unmask(unsigned line) {
  w2c_devices_bindLine(&simulated_board, line, true);
}

bool interrupt_take(arch_frame *frame) {
  int32_t line = (int32_t)w2c_devices_takeLine(&simulated_board);
  bool taken = line >= 0;
  for (; line >= 0; line = (int32_t)w2c_devices_takeLine(&simulated_board)) trap_interrupt(frame, (unsigned)line);
  return taken;
}

void board_update(void) {
  w2c_devices_boardUpdate(&simulated_board);
}

/* ---- the bus ---- */

arch_port_value arch_port_load(arch_port port, unsigned width) {
  bool masked = arch_masked;
  arch_interrupts_off();
  uint64_t value = w2c_devices_busLoad(&simulated_board, port, width < 8 ? width : 4);
  if (width == 8) value |= (uint64_t)w2c_devices_busLoad(&simulated_board, port + 4ull, 4) << 32;
  if (!masked) arch_interrupts_on();
  return value;
}

/* Sent bytes go to Linux at the first store that does not send another byte, so a batch of bytes is one system call. */
void arch_port_store(arch_port port, unsigned width, arch_port_value value) {
  bool masked = arch_masked;
  arch_interrupts_off();
  sent = false;
  w2c_devices_busStore(&simulated_board, port, (uint32_t)value, width < 8 ? width : 4);
  if (width == 8) w2c_devices_busStore(&simulated_board, port + 4ull, (uint32_t)(value >> 32), 4);
  if (!sent) console_flush();
  if (!masked) arch_interrupts_on();
}
