/*
 * start.S: from the loader to machine_main(fdt).
 *
 * The image opens with the header of an arm64 Linux Image (Documentation/arch/arm64/booting.rst), so that a boot loader
 * starts the flat binary with the device tree in x0; as an ELF file QEMU starts it at the same first instruction, with
 * nothing in x0 and the tree at the first byte of RAM. Both places are tried; the magic number tells whether a device
 * tree is there. Entered at EL1 or EL2 with translation off. Sets up, in order:
 *
 *   every core but the first parked | EL1 | floating point | the two stacks | boot tables, caches | bss cleared
 *
 * The boot tables identity-map two blocks of 1 GiB: the one that holds the image and the one that holds the device
 * tree. hal/arch/aarch64/mmu.c replaces them with the real tables.
 */
#include "isa.h"

#define IMAGE_FLAGS_4K_PAGES 2
#define FDT_MAGIC_IN_MEMORY 0xedfe0dd0
#define AFFINITY_MASK 0xffffff

#define CURRENT_EL1 (1 << 2)
#define CURRENT_EL2 (2 << 2)
/* EL2: run EL1 in 64-bit mode; trap neither its counters, nor its GIC registers, nor floating point. */
#define HCR_EL1_IS_64_BIT (1 << 31)
#define CNTHCTL_NO_TRAPS 3
#define CPTR_NO_TRAPS 0x33ff
#define ICC_SRE_NO_TRAPS 0xf
#define PSTATE_EL1_SP1_MASKED 0x3c5
#define CPACR_FLOATING_POINT (3 << 20)

/* A block of 1 GiB: normal memory, inner shareable, access flag set. */
#define BOOT_BLOCK 0x701
#define BOOT_TABLE 3
#define GIB_SHIFT 30
#define CACHE_LINE 16

.macro address register, symbol
  adrp \register, \symbol
  add \register, \register, :lo12:\symbol
.endm

.section .text.start, "ax"
.globl _start
_start:
  b entry
  .long 0
  .quad IMAGE_TEXT_OFFSET
  .quad IMAGE_SIZE
  .quad IMAGE_FLAGS_4K_PAGES
  .quad 0, 0, 0
  .ascii "ARM\x64"
  .long 0

entry:
  msr daifset, #15
  mrs x1, mpidr_el1
  tst x1, #AFFINITY_MASK
  b.ne park
  mov x20, x0
  mrs x1, currentel
  cmp x1, #CURRENT_EL1
  b.eq at_el1
  cmp x1, #CURRENT_EL2
  b.ne park

  mov x1, #HCR_EL1_IS_64_BIT
  msr hcr_el2, x1
  mov x1, #CNTHCTL_NO_TRAPS
  msr cnthctl_el2, x1
  msr cntvoff_el2, xzr
  mov x1, #CPTR_NO_TRAPS
  msr cptr_el2, x1
  msr hstr_el2, xzr
  msr vttbr_el2, xzr
  mrs x1, midr_el1
  msr vpidr_el2, x1
  mrs x1, mpidr_el1
  msr vmpidr_el2, x1
  mrs x1, id_aa64pfr0_el1
  ubfx x1, x1, #24, #4
  cbz x1, 1f
  mov x1, #ICC_SRE_NO_TRAPS
  msr icc_sre_el2, x1
  isb
1:
  ldr w1, =SCTLR_BASE
  msr sctlr_el1, x1
  mov x1, #PSTATE_EL1_SP1_MASKED
  msr spsr_el2, x1
  adr x1, at_el1
  msr elr_el2, x1
  eret

at_el1:
  mov x1, #CPACR_FLOATING_POINT
  msr cpacr_el1, x1
  ldr w1, =SCTLR_BASE
  msr sctlr_el1, x1
  isb
  msr spsel, #1
  address x1, trap_stack_top
  mov sp, x1
  msr spsel, #0
  address x1, boot_stack_top
  mov sp, x1

/* The device tree: x20 when it points at one, else the first byte of RAM. */
  ldr w2, =FDT_MAGIC_IN_MEMORY
  cbz x20, 1f
  tst x20, #7
  b.ne 1f
  ldr w1, [x20]
  cmp w1, w2
  b.eq boot_tables
1:
  ldr x20, =RAM_BASE

boot_tables:
  address x0, boot_tables_start
  address x1, boot_tables_end
1:
  stp xzr, xzr, [x0], #16
  cmp x0, x1
  b.lo 1b
  address x0, boot_tables_start
  add x1, x0, #4096
  add x2, x1, #BOOT_TABLE
  str x2, [x0]
  lsr x2, x0, #GIB_SHIFT
  bl map_block
  lsr x2, x20, #GIB_SHIFT
  bl map_block
  /* Translation is off, so the stores went to memory; no stale cache line may hide them from the table walk. */
  address x1, boot_tables_end
  dsb sy
1:
  dc ivac, x0
  add x0, x0, #CACHE_LINE
  cmp x0, x1
  b.lo 1b
  dsb sy

  ldr x1, =MAIR_VALUE
  msr mair_el1, x1
  ldr x1, =TCR_VALUE
  mrs x2, id_aa64mmfr0_el1
  and x2, x2, #15
  cmp x2, #5
  mov x3, #5
  csel x2, x2, x3, ls
  orr x1, x1, x2, lsl #TCR_SIZE_SHIFT
  msr tcr_el1, x1
  address x0, boot_tables_start
  msr ttbr0_el1, x0
  tlbi vmalle1
  ic iallu
  dsb nsh
  isb
  ldr w1, =SCTLR_MMU_ON
  msr sctlr_el1, x1
  isb

  address x0, __bss_start
  address x1, __bss_end
1:
  cmp x0, x1
  b.hs 2f
  stp xzr, xzr, [x0], #16
  b 1b
2:
  mov x0, x20
  mov x29, #0
  mov x30, #0
  b machine_main

/* Writes the block number x2 into the table of blocks at x1. */
map_block:
  lsl x3, x2, #GIB_SHIFT
  mov x4, #BOOT_BLOCK
  orr x3, x3, x4
  str x3, [x1, x2, lsl #3]
  ret

park:
  wfi
  b park

.section .stacks.boot, "aw", %nobits
.balign 16
  .space 16384
.globl boot_stack_top
boot_stack_top:

.section .boot_tables, "aw", %nobits
.balign 4096
boot_tables_start:
  .space 8192
boot_tables_end:
