/*
 * The map of the kernel's memory. Every table has a fixed address: each begins where the one before it ends, so that no
 * two can overlap, and the build fails when the last one reaches into the boot area (abi/systable.ts). Every record has
 * a place of a fixed size; the file that owns the record checks at compile time that it fits. A cell's place holds one
 * record for each file that keeps state of a cell, at a fixed distance from its Cell, so that a reference to the Cell
 * reaches them all.
 *
 *   0                 nothing: a null pointer is never a table
 *   TABLES_START      the tables, in the order below
 *   ARENA_AT          the rings and the checkpoints
 *   KERNEL_BOOT_AREA  SysTable, device tree
 */
import { SPECTRA } from "../../abi/promise";
import { IMAGES_MAX, IMAGE_SIZE } from "../../abi/image";
import { ARGS_MAX, SPAWN_GRANTS_MAX } from "../../abi/spawn";
import { KERNEL_BOOT_AREA } from "../../abi/systable";
import { PATH_MAX, UNVEIL_SPACE } from "../../abi/unveil";
import { ARENA_UNIT, CELLS, CHANNELS, DEVICES, LENDS, LINES, SLOT_STRIDE, WHERE_SIZE } from "./limits";

/** Bytes of a cell's place, which holds one record for each concept that keeps state of a cell. */
export const CELL_STRIDE: u32 = 512;
/** Where those records lie, behind the Cell itself. */
export const TURN_IN: usize = 128;
export const CALL_IN: usize = TURN_IN + 32;
export const EVENTS_IN: usize = CALL_IN + 24;
export const ENERGY_IN: usize = EVENTS_IN + 80;
export const REST_IN: usize = ENERGY_IN + 48;
export const ENDINGS_IN: usize = REST_IN + 32;
export const TRAIL_IN: usize = ENDINGS_IN + 32;
export const CHECKPOINTS_IN: usize = TRAIL_IN + 16;
export const ARGUMENTS_IN: usize = CHECKPOINTS_IN + 8;
export const VEIL_IN: usize = ARGUMENTS_IN + 4;
export const CELL_END: usize = VEIL_IN + 4;
/** Bytes of the other records' places. */
export const CAPABILITY_STRIDE: u32 = 32;
export const CHANNEL_STRIDE: u32 = 32;
export const RING_STRIDE: u32 = 32;
export const LEND_STRIDE: u32 = 16;
export const DEVICE_STRIDE: u32 = 32;
/** Bytes of an interrupt line's device, a verdict on a package; what follows the verdicts is aligned to 8. */
export const LINE_STRIDE: u32 = 2;
export const VERDICT_STRIDE: u32 = 8;
/** Verdicts: one an image, and the one on the table of seals behind them. */
export const VERDICTS: u32 = IMAGES_MAX + 1;
/** Bytes of a spawn record and of a quota. */
export const RECORD_STRIDE: u32 = 32;
export const QUOTA_STRIDE: u32 = 8;
/** Bytes of both lists of paths of a cell. */
export const UNVEIL_STRIDE: u32 = 2 * UNVEIL_SPACE;
/** Ranks of the scheduler: the suspended, then the spectra. Each has one queue of cells, and one of woken cells. */
export const RANKS: u32 = 1 + SPECTRA;
/** Distance from a rank's queue to that of its woken cells. */
export const QUEUE_WOKEN: u32 = 8;

/** Compiled manifests. */
export const TABLES_START: usize = 0x010000;
export const IMAGES_AT: usize = TABLES_START;
/** Capabilities: the slots of every cell. */
export const CSPACE_AT: usize = IMAGES_AT + IMAGES_MAX * IMAGE_SIZE;
/** Capabilities that spawn gave: they follow the slots directly. */
export const GIVEN_AT: usize = CSPACE_AT + CELLS * SLOT_STRIDE * CAPABILITY_STRIDE;
/** Arguments of every cell. */
export const ARGUMENTS_AT: usize = GIVEN_AT + CELLS * SPAWN_GRANTS_MAX * CAPABILITY_STRIDE;
export const CHANNELS_AT: usize = ARGUMENTS_AT + CELLS * ARGS_MAX;
export const LENDS_AT: usize = CHANNELS_AT + CHANNELS * CHANNEL_STRIDE;
/** The private sides of the rings: two a channel. */
export const RINGS_AT: usize = LENDS_AT + CELLS * LENDS * LEND_STRIDE;
/** Which device an interrupt line belongs to. */
export const LINES_AT: usize = RINGS_AT + 2 * CHANNELS * RING_STRIDE;
/** What the device tree names. */
export const DEVICES_AT: usize = LINES_AT + LINES * LINE_STRIDE;
/** One bit for each unit of the arena, as if it filled the whole memory. */
export const UNITS_AT: usize = DEVICES_AT + DEVICES * DEVICE_STRIDE;
/** Where the cells faulted last, as text. */
export const WHERE_AT: usize = UNITS_AT + KERNEL_BOOT_AREA / ARENA_UNIT / 8;
/** Cells that are ready: a set a rank. */
export const READY_AT: usize = WHERE_AT + CELLS * WHERE_SIZE;
/** Time owed to cells that were not woken, one for each rank. */
export const OWED_AT: usize = READY_AT + RANKS * <u32>sizeof<u64>();
/** Whose turn was last, one byte for each queue. */
export const TURNS_AT: usize = OWED_AT + RANKS * <u32>sizeof<i64>();
export const CELLS_AT: usize = TURNS_AT + 2 * QUEUE_WOKEN;
/** What is known of the packages. */
export const VERDICTS_AT: usize = CELLS_AT + CELLS * CELL_STRIDE;
/** What spawn gave, but for the capabilities. */
export const RECORDS_AT: usize = VERDICTS_AT + VERDICTS * VERDICT_STRIDE;
/** What the cells are charged with. */
export const QUOTAS_AT: usize = RECORDS_AT + CELLS * RECORD_STRIDE;
/** Paths that the cells see: what their parents gave, then their own. */
export const UNVEIL_AT: usize = QUOTAS_AT + CELLS * QUOTA_STRIDE;
/** Records on their way from or to a cell. */
export const SCRATCH_AT: usize = UNVEIL_AT + CELLS * UNVEIL_STRIDE;

/** Parts of the scratch space and their sizes: one for each use, so that two users within one call never overlap. */
export const SCRATCH_EVENT: usize = SCRATCH_AT;
export const SCRATCH_EVENT_SIZE: u32 = 128;
export const SCRATCH_REPORT: usize = SCRATCH_EVENT + SCRATCH_EVENT_SIZE;
export const SCRATCH_REPORT_SIZE: u32 = 256;
export const SCRATCH_INFO: usize = SCRATCH_REPORT + SCRATCH_REPORT_SIZE;
export const SCRATCH_INFO_SIZE: u32 = 512;
export const SCRATCH_SPAWN: usize = SCRATCH_INFO + SCRATCH_INFO_SIZE;
export const SCRATCH_SPAWN_SIZE: u32 = 256;
export const SCRATCH_GRANTS: usize = SCRATCH_SPAWN + SCRATCH_SPAWN_SIZE;
export const SCRATCH_GRANTS_SIZE: u32 = 512;
export const SCRATCH_WORK: usize = SCRATCH_GRANTS + SCRATCH_GRANTS_SIZE;
export const SCRATCH_WORK_SIZE: u32 = 512;
export const SCRATCH_FDT: usize = SCRATCH_WORK + SCRATCH_WORK_SIZE;
export const SCRATCH_FDT_SIZE: u32 = 1024;
export const SCRATCH_ENTROPY: usize = SCRATCH_FDT + SCRATCH_FDT_SIZE;
export const SCRATCH_ENTROPY_SIZE: u32 = 256;
export const SCRATCH_AUDIT: usize = SCRATCH_ENTROPY + SCRATCH_ENTROPY_SIZE;
export const SCRATCH_AUDIT_SIZE: u32 = 256;
export const SCRATCH_PATH: usize = SCRATCH_AUDIT + SCRATCH_AUDIT_SIZE;
/** Bytes of a package on their way to the cell that seals. */
export const SCRATCH_PACKAGE: usize = SCRATCH_PATH + PATH_MAX;
export const SCRATCH_PACKAGE_SIZE: u32 = 4096;
export const SCRATCH_END: usize = SCRATCH_PACKAGE + SCRATCH_PACKAGE_SIZE;

export const ARENA_AT: usize = (SCRATCH_END + ARENA_UNIT - 1) & ~(<usize>ARENA_UNIT - 1);
export const ARENA_END: usize = KERNEL_BOOT_AREA;

if (ARENA_AT >= ARENA_END) ERROR("the tables reach into the boot area");
if (CELL_END > CELL_STRIDE) ERROR("the records of a cell are larger than its place");
if (RANKS > QUEUE_WOKEN) ERROR("the queues of a rank's woken cells lie among those of the ranks");
