/*
 * The map of the kernel's memory. Every table has a fixed address; the end is checked below against the boot area.
 *
 *   0x000000  nothing: a null pointer is never a table
 *   0x010000  images      64 x 1,024   compiled manifests
 *   0x020000  cspace      64 x 64 x 32 capabilities
 *   0x040000  given       64 x 16 x 32 capabilities that spawn gave: they go on where the slots end
 *   0x048000  arguments   64 x 1,024
 *   0x058000  channels   512 x 32
 *   0x05c000  lends       64 x 16 x 16
 *   0x060000  rings     1024 x 32      private side of the rings: two a channel
 *   0x068000  lines     1024 x 4       interrupt lines
 *   0x069000  claims      64 x 8       device tree nodes in use
 *   0x06a000  scratch     8,192        records on their way from or to a cell
 *   0x06c000  units       4,096        one bit a unit of the arena
 *   0x06d000  places      64 x 96      where the cells faulted last
 *   0x06f000  ready sets  5 x 8        cells that are ready, a set a rank
 *   0x06f040  turns       16 x 1       whose turn was last
 *   0x06f050  owed         5 x 8       time owed to those that were not woken, a rank each
 *   0x070000  cells       64 x 512
 *   0x078000  verdicts    64 x 4       what is known of the packages
 *   0x080000  unveil      64 x 4,096   paths that the cells see: what their parents gave, then their own
 *   0x0c0000  arena                    the rings and the checkpoints
 *   0x5e0000  boot area: SysTable, device tree (abi/systable.ts)
 */
import { KERNEL_BOOT_AREA } from "../abi/systable";

export const TABLES_START: usize = 0x010000;
export const IMAGES_AT: usize = 0x010000;
export const CSPACE_AT: usize = 0x020000;
export const ARGUMENTS_AT: usize = 0x048000;
export const CHANNELS_AT: usize = 0x058000;
export const LENDS_AT: usize = 0x05c000;
export const RINGS_AT: usize = 0x060000;
export const LINES_AT: usize = 0x068000;
export const CLAIMS_AT: usize = 0x069000;
/** Bytes of scratch space. */
export const SCRATCH_SIZE: u32 = 8192;
export const SCRATCH_AT: usize = 0x06a000;
export const UNITS_AT: usize = 0x06c000;
export const PLACES_AT: usize = 0x06d000;
export const READY_AT: usize = 0x06f000;
export const TURNS_AT: usize = 0x06f040;
export const OWED_AT: usize = 0x06f050;
export const CELLS_AT: usize = 0x070000;
export const VERDICTS_AT: usize = 0x078000;
export const UNVEIL_AT: usize = 0x080000;
export const ARENA_AT: usize = 0x0c0000;
export const ARENA_END: usize = KERNEL_BOOT_AREA;

/** Offsets in the scratch space, so that no two users of one call overlap. */
export const SCRATCH_EVENT: usize = SCRATCH_AT;
export const SCRATCH_REPORT: usize = SCRATCH_AT + 0x100;
export const SCRATCH_INFO: usize = SCRATCH_AT + 0x200;
export const SCRATCH_SPAWN: usize = SCRATCH_AT + 0x400;
export const SCRATCH_GRANTS: usize = SCRATCH_AT + 0x600;
export const SCRATCH_FDT: usize = SCRATCH_AT + 0x800;
export const SCRATCH_ENTROPY: usize = SCRATCH_AT + 0xc00;
export const SCRATCH_AUDIT: usize = SCRATCH_AT + 0xe00;
export const SCRATCH_PATH: usize = SCRATCH_AT + 0x1000;
/** Bytes of a package on their way to the cell that seals. */
export const SCRATCH_PACKAGE: usize = SCRATCH_AT + 0x1000;
export const SCRATCH_PACKAGE_SIZE: u32 = 4096;
