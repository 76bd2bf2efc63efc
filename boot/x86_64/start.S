/*
 * start.S: from the loader to boot_main(start_info).
 *
 * The image starts as the x86/HVM direct boot ABI (PVH) specifies: in 32-bit protected mode with flat segments, paging
 * and interrupts off, the address of hvm_start_info in ebx; the ELF note names the entry. Only the first core comes
 * here; all others wait for a start-up IPI that nobody sends. Sets up, in order:
 *
 *   boot tables: the first 4 GiB at their own addresses in pages of 2 MiB | long mode | SSE | bss cleared | stack
 *
 * Set here and never changed: EFER.NXE (entries can forbid execution) and CR0.WP (read-only holds in ring 0).
 * hal/arch/x86_64 replaces the boot tables and segments.
 */

#define NOTE_PHYSICAL_ENTRY 18

#define PAGE_SIZE 4096
#define ENTRY_SIZE 8
#define DIRECTORIES 4
#define TABLE_ENTRY 3
#define LARGE_PAGE_ENTRY 0x83
#define LARGE_PAGE_SIZE 0x200000

#define CR0_PROTECTED (1 << 0)
#define CR0_MONITOR_FPU (1 << 1)
#define CR0_EMULATE_FPU (1 << 2)
#define CR0_WRITE_PROTECT (1 << 16)
#define CR0_PAGING (1 << 31)
#define CR4_PAE (1 << 5)
#define CR4_FXSAVE (1 << 9)
#define CR4_SSE_EXCEPTIONS (1 << 10)
#define MSR_EFER 0xc0000080
#define EFER_LONG_MODE (1 << 8)
#define EFER_NO_EXECUTE (1 << 11)

/* Round to nearest, all floating point exceptions masked. */
#define MXCSR_DEFAULT 0x1f80

#define CODE_SEGMENT 0x08
#define DATA_SEGMENT 0x10
#define STACK_SIZE 16384
/* link.ld pads bss to a multiple of this. */
#define BSS_ALIGN 64

.section .note.pvh, "a", @note
.balign 4
  .long 4, 4, NOTE_PHYSICAL_ENTRY
  .asciz "Xen"
  .long _start

.section .text.boot, "ax"
.code32
.global _start
_start:
  cli
  cld
  mov $boot_root, %edi
  mov $(2 * PAGE_SIZE / 4), %ecx
  xor %eax, %eax
  rep stosl

  mov $boot_directories, %edi
  mov $LARGE_PAGE_ENTRY, %eax
  mov $(DIRECTORIES * PAGE_SIZE / ENTRY_SIZE), %ecx
1:
  mov %eax, (%edi)
  add $LARGE_PAGE_SIZE, %eax
  add $ENTRY_SIZE, %edi
  loop 1b

  mov $(boot_directories + TABLE_ENTRY), %eax
  mov $boot_pointers, %edi
  mov $DIRECTORIES, %ecx
2:
  mov %eax, (%edi)
  add $PAGE_SIZE, %eax
  add $ENTRY_SIZE, %edi
  loop 2b
  movl $(boot_pointers + TABLE_ENTRY), boot_root

  mov $boot_root, %eax
  mov %eax, %cr3
  mov %cr4, %eax
  or $(CR4_PAE | CR4_FXSAVE | CR4_SSE_EXCEPTIONS), %eax
  mov %eax, %cr4
  mov $MSR_EFER, %ecx
  rdmsr
  or $(EFER_LONG_MODE | EFER_NO_EXECUTE), %eax
  wrmsr
  mov %cr0, %eax
  and $~CR0_EMULATE_FPU, %eax
  or $(CR0_PAGING | CR0_WRITE_PROTECT | CR0_MONITOR_FPU | CR0_PROTECTED), %eax
  mov %eax, %cr0
  lgdt boot_segment_register
  ljmp $CODE_SEGMENT, $long_mode

.code64
long_mode:
  mov $DATA_SEGMENT, %eax
  mov %eax, %ds
  mov %eax, %es
  mov %eax, %ss
  xor %eax, %eax
  mov %eax, %fs
  mov %eax, %gs
  fninit
  ldmxcsr boot_mxcsr(%rip)

  mov $__bss_start, %edi
  mov $__bss_end, %ecx
3:
  .irp offset, 0, 8, 16, 24, 32, 40, 48, 56
  mov %rax, \offset(%rdi)
  .endr
  add $BSS_ALIGN, %rdi
  cmp %rcx, %rdi
  jb 3b

  lea boot_stack_top(%rip), %rsp
  xor %ebp, %ebp
  mov %ebx, %edi
  call boot_main

.section .rodata.boot, "a"
.balign 8
boot_segments:
  .quad 0
  .quad 0x00af9b000000ffff
  .quad 0x00cf93000000ffff
boot_segment_register:
  .word . - boot_segments - 1
  .long boot_segments
boot_mxcsr:
  .long MXCSR_DEFAULT

.section .bss.boot, "aw", @nobits
.balign 16
boot_stack:
  .space STACK_SIZE
boot_stack_top:

.section .boot_tables, "aw", @nobits
.balign PAGE_SIZE
boot_root:
  .space PAGE_SIZE
boot_pointers:
  .space PAGE_SIZE
boot_directories:
  .space DIRECTORIES * PAGE_SIZE
