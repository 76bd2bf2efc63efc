/*
 * The gate in front of every first instance: a package runs only after the cell that seals has found it signed. That
 * cell holds no capability; it asks for work, reads the package's bytes and gives a verdict, all through meta:
 *
 *   spawn or boot: image WAITING -> META_SEAL_WORK -> META_SEAL_READ ... -> META_SEAL_VERDICT: GOOD, or refused for
 *   good
 *
 * The system's table of hashes is judged first; with a bad table no package is good. A verdict holds until power-off,
 * because the machine never changes its packages, so a restart costs no second check. Nothing of a refused package ever
 * runs: spawn answers -EKEYREJECTED, and the ledger says which package and why. Everything that runs passes `verified`,
 * which cellStart asks (loader.ts).
 *
 * There is one sealing cell, which the system booted with, and its end loses no verdict: its work waits for its next
 * instance. A package over which it faulted twice is refused, so that it cannot block all others. While the sealing
 * cell is quarantined, packages without a verdict are refused; they are checked again after it is revived.
 *
 * Trusted without verification: the boot image, which is the kernel, the machine and the sealing cell itself. A system
 * without a sealing cell is unsealed. Where the machine has verified the packages before the start (package_read
 * answers -ENOSYS), the kernel believes it.
 */
import { AUDIT_DENIED } from "../../abi/audit";
import { CELL_BLOCKED } from "../../abi/cell";
import { EFAULT, EINVAL, EKEYREJECTED, ENOSYS, EPERM, WOULD_BLOCK } from "../../abi/errno";
import { IMAGE_DMA, IMAGE_NATIVE, IMAGE_SEAL, IMAGE_SIZE, IMAGES_MAX } from "../../abi/image";
import { NEVER } from "../../abi/calls";
import {
  KEY_DMA,
  KEY_NATIVE,
  SEAL_CLASS,
  SEAL_FORM_NATIVE,
  SEAL_FORM_PACKAGE,
  SEAL_GOOD,
  SEAL_NO_CELL,
  SEAL_NO_TABLE,
  SEAL_TABLE_IMAGE,
  SealWork,
} from "../../abi/seal";
import { audit } from "../keep/audit";
import { cellAt } from "../run/cell";
import { cellWrite, packageRead } from "../base/hal";
import { imageAt, imageCount, NO_IMAGE } from "../object/image";
import { noteRest } from "../run/rest";
import { block, makeReady } from "../run/pending";
import { siphash } from "../base/siphash";
import {
  SCRATCH_PACKAGE,
  SCRATCH_PACKAGE_SIZE,
  SCRATCH_WORK,
  SCRATCH_WORK_SIZE,
  VERDICTS,
  VERDICTS_AT,
  VERDICT_STRIDE,
} from "../base/tables";
import { NAME_SIZE } from "../base/limits";

if (offsetof<SealWork>() > SCRATCH_WORK_SIZE) ERROR("a SealWork is larger than its place");

/** Nobody asked for the package yet. */
const UNKNOWN: u32 = 0;
/** Somebody waits for its verdict. */
const WAITING: u32 = 1;
/** It may run. */
export const GOOD: u32 = 2;
/** Plus SEAL_...: it may not. */
export const REFUSED: u32 = 0x100;
/** Index of the table's own state, behind the images. */
const TABLE: u32 = IMAGES_MAX;
if (TABLE >= VERDICTS) ERROR("the verdict on the table has no place");
/** No work. */
const NOTHING: u32 = 0xfffffffe;

/** Image of the cell that seals, and the cell itself once it asked for work. */
let sealImage: u32 = NO_IMAGE;
/** Whether packages are verified in this system. */
let sealed: bool = false;
/** Generation of the sealing cell that was given the table: a restarted one has to read it again. */
let informed: u32 = 0;
/** What the sealing cell works on: an image, SEAL_TABLE_IMAGE or NOTHING. */
let work: u32 = NOTHING;
/** What it worked on when it last ended by its own fault. */
let blamed: u32 = NOTHING;
/** It is quarantined. */
let absent: bool = false;
/** Held cells may start or are refused, and no verdict told it (takeUntold). */
let untold: bool = false;
/** The sealing cell when it waits for work, and the cells that wait for verdicts. */
export let idle: u64 = 0;
export let askers: u64 = 0;


@inline
export function stateOf(imageIndex: u32): u32 {
  return load<u32>(VERDICTS_AT + <usize>(imageIndex * VERDICT_STRIDE));
}


@inline
function setState(imageIndex: u32, state: u32): void {
  store<u32>(VERDICTS_AT + <usize>(imageIndex * VERDICT_STRIDE), state);
}

/** The state at boot, once the images are read. */
export function verifyReset(): void {
  sealImage = NO_IMAGE;
  informed = 0;
  work = NOTHING;
  blamed = NOTHING;
  absent = false;
  untold = false;
  idle = 0;
  askers = 0;
  for (let image: u32 = 0; image <= TABLE; ++image) setState(image, UNKNOWN);
  for (let image: u32 = 0; image < imageCount(); ++image) {
    if ((imageAt(image).flags & IMAGE_SEAL) != 0) sealImage = image;
  }
  sealed = sealImage != NO_IMAGE && packageRead(<i32>SEAL_TABLE_IMAGE, 0, SCRATCH_PACKAGE, 1) != ENOSYS;
  if (sealImage != NO_IMAGE) setState(sealImage, GOOD);
}

/** Makes every blocked cell of a set ready; its call checks what happened. */
function wake(set: u64): void {
  for (let left = set; left != 0; left &= left - 1) {
    const index = <u32>ctz(left);
    if (cellAt(index).state == CELL_BLOCKED) makeReady(index);
  }
}

/** Whether an image may run: 1 for yes, 0 while its check is under way, or -EKEYREJECTED. */
export function verified(imageIndex: u32): i32 {
  if (!sealed) return 1;
  const state = stateOf(imageIndex);
  if (state == GOOD) return 1;
  if (state >= REFUSED || absent) return EKEYREJECTED;
  if (state == UNKNOWN) {
    setState(imageIndex, WAITING);
    wake(idle);
    idle = 0;
  }
  return 0;
}

/** Whether an instance of the image may exist: its package was found good or needs no check. */
export function mayRun(imageIndex: u32): bool {
  return !sealed || stateOf(imageIndex) == GOOD;
}

/** Tells the ledger that `index` (or nobody) was refused a package, and why. */
export function auditRefusal(index: u32, imageIndex: u32): void {
  const at = changetype<usize>(imageAt(imageIndex));
  const state = stateOf(imageIndex);
  const reason = state < REFUSED ? SEAL_NO_CELL : state & ~REFUSED;
  audit(AUDIT_DENIED, index, siphash(at, NAME_SIZE), <u64>-(<i64>EKEYREJECTED), reason, load<u64>(at));
}

/** Whether the image may be spawned by `parent`: 0, -EKEYREJECTED, or WOULD_BLOCK while its package is looked at. */
export function admit(parent: u32, imageIndex: u32): i64 {
  const answer = verified(imageIndex);
  if (answer > 0) return 0;
  if (answer < 0) {
    auditRefusal(parent, imageIndex);
    return answer;
  }
  askers |= (<u64>1) << parent;
  block(parent, 0, 0, NEVER);
  return WOULD_BLOCK;
}

/** Whether this is the sealing cell of a system in which the kernel has packages judged. */
@inline
export function seals(index: u32): bool {
  return sealed && cellAt(index).image == sealImage;
}

/** The next thing to verify: the table before all images. */
function nextWork(): u32 {
  if (stateOf(TABLE) == WAITING) return SEAL_TABLE_IMAGE;
  for (let image: u32 = 0; image < imageCount(); ++image) if (stateOf(image) == WAITING) return image;
  return NOTHING;
}

/**
 * META_SEAL_WORK: abi/calls.ts. It and META_SEAL_READ count as calls that may block: a big package is no reason for a
 * strike.
 */
export function sealWork(index: u32, pointer: u32): i64 {
  if (!seals(index)) return EPERM;
  noteRest(cellAt(index));
  absent = false;
  if (cellAt(index).generation != informed) {
    informed = cellAt(index).generation;
    if (stateOf(TABLE) < REFUSED) setState(TABLE, WAITING);
  }
  work = nextWork();
  if (work == NOTHING) {
    idle = (<u64>1) << index;
    block(index, 0, 0, NEVER);
    return WOULD_BLOCK;
  }
  const record = changetype<SealWork>(SCRATCH_WORK);
  record.image = work;
  const native = work != SEAL_TABLE_IMAGE && (imageAt(work).flags & IMAGE_NATIVE) != 0;
  record.form = native ? SEAL_FORM_NATIVE : SEAL_FORM_PACKAGE;
  const size = <u32>offsetof<SealWork>();
  return cellWrite(index, pointer, SCRATCH_WORK, size) < 0 ? <i64>EFAULT : <i64>size;
}

/** META_SEAL_READ: abi/calls.ts. At most SCRATCH_PACKAGE_SIZE bytes a call. */
export function sealRead(index: u32, offset: u32, pointer: u32, length: u32): i64 {
  if (!seals(index)) return EPERM;
  if (work == NOTHING) return EINVAL;
  noteRest(cellAt(index));
  const record: u32 = work == SEAL_TABLE_IMAGE ? 0 : IMAGE_SIZE;
  const wanted = min(length, SCRATCH_PACKAGE_SIZE);
  if (offset < record) {
    const part = min(wanted, record - offset);
    const failed = cellWrite(index, pointer, changetype<usize>(imageAt(work)) + offset, part);
    return failed < 0 ? <i64>EFAULT : <i64>part;
  }
  const read = packageRead(<i32>work, offset - record, SCRATCH_PACKAGE, wanted);
  if (read <= 0) return read;
  return cellWrite(index, pointer, SCRATCH_PACKAGE, read) < 0 ? <i64>EFAULT : <i64>read;
}

/** Turns a verdict into a state: a good signature counts only with the classes that the image needs. */
function judge(imageIndex: u32, verdict: u32, classes: u32): u32 {
  if (verdict != SEAL_GOOD) return REFUSED | verdict;
  const flags = imageAt(imageIndex).flags;
  const missing =
    ((flags & IMAGE_NATIVE) != 0 && (classes & KEY_NATIVE) == 0) ||
    ((flags & IMAGE_DMA) != 0 && (classes & KEY_DMA) == 0);
  return missing ? REFUSED | SEAL_CLASS : GOOD;
}

/** Refuses every image that is still to be looked at. */
function refuseAll(reason: u32): void {
  for (let image: u32 = 0; image < imageCount(); ++image) {
    if (stateOf(image) < GOOD) setState(image, REFUSED | reason);
  }
}

/** META_SEAL_VERDICT: abi/calls.ts. The caller starts or refuses the boot cells that waited (startVerified). */
export function sealVerdict(index: u32, verdict: u32, classes: u32): i64 {
  if (!seals(index)) return EPERM;
  if (work == NOTHING || verdict > SEAL_NO_CELL) return EINVAL;
  if (work != SEAL_TABLE_IMAGE) setState(work, judge(work, verdict, classes));
  else {
    setState(TABLE, GOOD);
    if (verdict != SEAL_GOOD) refuseAll(SEAL_NO_TABLE);
  }
  work = NOTHING;
  wakeAskers();
  return 0;
}

/** Wakes the cells that wait for a verdict. */
function wakeAskers(): void {
  wake(askers);
  askers = 0;
}

/** Refuses what the sealing cell faulted on: a package, or all of them when it was the table. */
function refuseWork(): void {
  if (work != SEAL_TABLE_IMAGE) setState(work, REFUSED | SEAL_NO_CELL);
  else {
    setState(TABLE, REFUSED | SEAL_NO_TABLE);
    refuseAll(SEAL_NO_TABLE);
  }
  untold = true;
  wakeAskers();
}

/**
 * An instance has ended, by its own fault when `faulty`; it waits for no verdict any more. The work of the sealing cell
 * waits for its next instance.
 */
export function sealStopped(index: u32, faulty: bool): void {
  askers &= ~((<u64>1) << index);
  if (!seals(index)) return;
  idle = 0;
  if (faulty && work != NOTHING) {
    if (work == blamed) refuseWork();
    blamed = work;
  }
  work = NOTHING;
}

/** A cell has ended for good. Without the sealing cell every new package is refused until it is revived. */
export function sealEnded(index: u32): void {
  if (!seals(index)) return;
  absent = true;
  untold = true;
  wakeAskers();
}

/** Whether held cells must be checked (startVerified) since the last call of this. */
export function takeUntold(): bool {
  const taken = untold;
  untold = false;
  return taken;
}
