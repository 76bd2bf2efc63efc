/*
 * arch.h: what hal/common requires of an instruction set. Every ISA has the same functions in the same order, in
 * hal/arch/<isa>/ with one file per concern, so that the three can be read side by side:
 *
 *   isa.h        constants, arch_frame, and inline functions: interrupts on and off, page table entries
 *   context.S    arch_call, arch_abort, arch_park, arch_unpark, arch_resume
 *   trap.S       exception entry and exit on stacks of their own
 *   trap.c       decodes an exception and calls trap_page_fault, trap_timer, trap_interrupt or trap_other
 *   mmu.c        switches to the page tables that hal/common/pages.c builds; where the windows are
 *   timer.c      clock and one-shot timer
 *   interrupt.c  the interrupt controller, found in the device tree
 *
 * A Linux process counts as an ISA (hal/linux): it has the context.S of x86_64, signals for exceptions, and its own
 * frames.c and pages.c instead of hal/common's, so no page table entries.
 *
 * boot/<isa>/ parks all cores but one, clears bss, sets a small stack and calls machine_main(fdt) with interrupts
 * masked, RAM and the image reachable at their physical addresses, and floating point on.
 *
 * The kernel and its handlers run with interrupts masked; only cells run with interrupts on. Exceptions are taken on
 * separate stacks (in bss), never on the interrupted stack, because that one may lack a page.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Rights of a mapping. Nothing is ever writable and executable. */
enum { MAP_READ = 1, MAP_WRITE = 2, MAP_EXECUTE = 4, MAP_DEVICE = 8 };

/*
 * isa.h defines:
 *   ARCH_ID                 ARCH_RISCV64, ARCH_AARCH64 or ARCH_X86_64 (rumpk-abi.h)
 *   ARCH_PORTS              number of I/O ports; 0 where there are none, and then neither of the next two
 *   arch_port, arch_port_value   the number of a port, and the widest value of an access
 *   arch_frame              the full register state of an interrupted cell, floating point included
 *   arch_interrupts_on(), arch_interrupts_off()
 *   arch_interrupts_take()  takes pending interrupts (trap_timer, trap_interrupt); masked before and after
 *   arch_before_device_store()   a device that sees the following store also sees earlier stores to memory
 *   arch_after_device_load()     later loads from memory return nothing older than what the preceding load read
 *   page table entries, in tables of 512; level 0 maps 4 KiB, 1 maps 2 MiB, 2 has 1 GiB an entry, 3 512 GiB:
 *     uint64_t pte_leaf(uintptr_t physical, unsigned rights, unsigned level)    level 0 or 1
 *     uint64_t pte_table(uintptr_t physical)
 *     bool pte_present(uint64_t entry)
 *     bool pte_is_table(uint64_t entry, unsigned level)                         for level 1 and above
 *     uintptr_t pte_address(uint64_t entry)
 */
#include "isa.h"

/* The kernel's side of a switch into a cell: the address of its registers on the kernel's stack. */
typedef struct arch_context {
  uintptr_t kernel_sp;
  uintptr_t cell_sp; /* address of a parked cell's callee-saved registers on its own stack */
} arch_context;

/* ---- context.S ---- */

/* Saves the kernel's callee-saved registers, switches to `stack_top` (16-byte aligned) and calls fn(arg); interrupts
 * stay as they are (masked). Returns what fn returns, or the value that arch_abort or arch_park gets. */
int arch_call(arch_context *context, void *stack_top, int (*fn)(void *), void *arg);
/* Leaves the cell for good: arch_call (or arch_unpark, arch_resume) returns `code`. Called on the cell's stack with
 * interrupts masked. */
__attribute__((noreturn)) void arch_abort(arch_context *context, int code);
/* Parks the cell inside a call: saves callee-saved registers on its stack; arch_call returns `code`. Returns when
 * the kernel calls arch_unpark. Interrupts are masked both ways. */
void arch_park(arch_context *context, int code);
/* Resumes a parked cell; returns like arch_call. */
int arch_unpark(arch_context *context);
/* Resumes a preempted cell from its full frame, with interrupts as the frame says; returns like arch_call. */
int arch_resume(arch_context *context, arch_frame *frame);

/* ---- trap.c ---- */

/* Makes the interrupted code continue in arch_abort(context, code), with interrupts masked. */
void arch_redirect(arch_frame *frame, arch_context *context, int code);
/* The program counter of the interrupted code. */
uintptr_t arch_frame_pc(const arch_frame *frame);
/* Sets up exception vectors and stacks. */
void arch_trap_init(void);

/* ---- mmu.c ---- */

/* Levels of the page tables: 3 (39 bits of virtual address) or 4 (48 bits). May probe; always returns the same. */
unsigned arch_mmu_levels(void);
/* Switches to the tables under `root`; afterwards only the kernel's text is executable. */
void arch_mmu_on(const uint64_t *root);
/* An entry that maps `virtual_address` was added. */
void arch_page_added(uintptr_t virtual_address);
/* Entries were removed or changed, anywhere. */
void arch_pages_changed(void);
/* Bytes from one memory window to the next: at least 4 GiB + 2 MiB, a multiple of 1 GiB. */
size_t arch_window_size(void);
/* First byte of memory window `index` (0 to CELLS - 1 for cells, CELLS for the kernel), a multiple of 1 GiB, clear of
 * all physical addresses below arch_identity_limit(). */
uintptr_t arch_memory_window(unsigned index);
/* First byte of the stack windows: CELLS + 1 of STACK_WINDOW_SIZE bytes each, a multiple of 1 GiB. */
uintptr_t arch_stack_windows(void);
/* RAM and devices below this physical address are mapped at the same virtual address; those above are not used. */
uintptr_t arch_identity_limit(void);

/* ---- timer.c ---- */

/* Called once, after the page tables are on. The clock starts at 0 here. */
void arch_timer_init(const void *fdt);
/* Nanoseconds since arch_timer_init. */
uint64_t arch_time_now(void);
/* Ticks of the machine's timer per second. */
uint64_t arch_timer_hz(void);
/* One-shot; the deadline is absolute, on the clock of arch_time_now; one that has passed fires at once. When the
 * timer fires, it is stopped and trap_timer is called. */
void arch_timer_set(uint64_t deadline);
void arch_timer_stop(void);

/* ---- interrupt.c ---- */

/* Called once, after the page tables are on; masks all lines. Maps its registers with pages_map_device. */
void arch_interrupt_init(const void *fdt);
/* Lines are numbered as docs/machine.md says; below LINES. */
void arch_line_mask(unsigned line);
void arch_line_unmask(unsigned line);
/* Sleeps until an interrupt is pending, takes pending interrupts (trap_timer, trap_interrupt), and returns.
 * Interrupts are masked before and after, and none is lost between the caller's last check and the sleep. */
void arch_wait(void);

/* ---- ports.c, only with ARCH_PORTS ---- */

/* Reads or writes an I/O port; width 1, 2 or 4 bytes. */
#if ARCH_PORTS
arch_port_value arch_port_load(arch_port port, unsigned width);
void arch_port_store(arch_port port, unsigned width, arch_port_value value);
#endif

/* ---- what hal/common offers to boot/ and arch/ ---- */

/* Entered by boot/; never returns. `fdt` is a flattened device tree in RAM. */
__attribute__((noreturn)) void machine_main(const void *fdt);

/* A page fault at `address`. True: mapped, or redirected: return to the frame. False: the machine itself is broken;
 * a line was written to the emergency console and the machine powered off (so this does not return in practice). */
bool trap_page_fault(arch_frame *frame, uintptr_t address, bool execute);
/* The one-shot timer fired. */
void trap_timer(arch_frame *frame);
/* A device interrupt, already masked at its source and completed. */
void trap_interrupt(arch_frame *frame, unsigned line);
/* Any other exception: a fault of the running cell, or the end of the machine. */
void trap_other(arch_frame *frame, unsigned vector, uintptr_t detail);

/* Maps `length` bytes of device registers at their physical address, uncached; may be repeated. */
bool pages_map_device(uintptr_t base, size_t length);
