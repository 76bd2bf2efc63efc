/*
 * start.S: entry on RISC-V 64, with a0 = hart, a1 = device tree.
 *
 *   machine mode   QEMU with -bios none jumps to 0x80000000 in M-mode: delegates exceptions and interrupts, opens
 *                  memory and counters to S-mode, enables Sstc, and enters S-mode with mret
 *   supervisor     OpenSBI starts one hart in S-mode at the payload's address (link with --defsym=LOAD=0x80200000)
 *
 * The link address tells the two apart: 0x80200000 is where OpenSBI puts payloads. In machine mode every hart arrives
 * here, and all but hart 0 are parked for good.
 */
.section .text.start, "ax"
.globl _start
_start:
  lla t0, _start
  li t1, 0x80200000
  li s0, 1                 # SBI is present
  beq t0, t1, supervisor
  li s0, 0

  csrr t0, mhartid
  bnez t0, park
  li t0, 0xb1ff            # all exceptions but ecall from M-mode and S-mode
  csrw medeleg, t0
  li t0, 0x222             # software, timer and external interrupts of S-mode
  csrw mideleg, t0
  li t0, -1                # one PMP entry: everything, read, write and execute
  csrw pmpaddr0, t0
  li t0, 0x1f
  csrw pmpcfg0, t0
  li t0, 7                 # cycle, time and instret
  csrw mcounteren, t0
  li t0, 1 << 63           # menvcfg.STCE: stimecmp
  csrw 0x30a, t0
  li t0, 0x1800            # mstatus.MPP = S
  csrc mstatus, t0
  li t0, 0x800
  csrs mstatus, t0
  lla t0, supervisor
  csrw mepc, t0
  mret

supervisor:
  csrw sie, zero
  csrw satp, zero
  li t0, 0x2000            # sstatus.FS = initial
  csrs sstatus, t0
  la sp, boot_stack_end
  la t0, __bss_start
  la t1, __bss_end
1:
  sd zero, 0(t0)
  addi t0, t0, 8
  bltu t0, t1, 1b
  la t0, boot_hart
  sd a0, 0(t0)
  la t0, boot_has_sbi
  sd s0, 0(t0)
  la t0, boot_fdt
  sd a1, 0(t0)
  mv a0, a1
  call machine_main

park:
  wfi
  j park

.section .bss.boot, "aw", @nobits
.balign 16
  .space 16384
boot_stack_end:
.globl boot_hart
boot_hart:
  .space 8
.globl boot_has_sbi
boot_has_sbi:
  .space 8
.globl boot_fdt
boot_fdt:
  .space 8
