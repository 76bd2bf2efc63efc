/*
 * unveil: which paths a cell can see. Each cell has two lists of paths with rights: what its parent could see when it
 * was spawned (base), and what it listed itself (own). A path's rights in a list are those of the longest entry that is
 * the path or a directory above it, none without such an entry; a cell may do what both lists allow. Without a list it
 * sees everything.
 *
 *   UNVEIL_AT + cell x 4096:  base list, 2,048 bytes | own list, 2,048 bytes
 *   a list:  entries {length u16, rights u16, path}, ended by length 0
 *
 * Guarantees: an entry of the own list never allows more than the base; a path listed again only narrows; after the
 * lock nothing is added; a child's base is what its parent effectively sees. The kernel knows no files: the file server
 * asks with META_UNVEIL_OF and enforces the answer, and is told when the view changes.
 *
 * Source: unveil(2) of OpenBSD.
 */
import { EFAULT, EINVAL, ENAMETOOLONG, ENOBUFS, EPERM } from "../../abi/errno";
import { PATH_MAX, UNVEIL_ALL, UNVEIL_BELOW, UNVEIL_SPACE } from "../../abi/unveil";
import { cellAt } from "../run/cell";
import { cellRead } from "../base/hal";
import { tellServers } from "./pledge";
import { CELL_END, SCRATCH_PATH, UNVEIL_AT, UNVEIL_STRIDE, VEIL_IN } from "../base/tables";

if (offsetof<Veil>() > CELL_END - VEIL_IN) ERROR("a Veil is larger than its place");

/** The base list is in use, which hides paths. */
export const BASE: u32 = 1;
/** The own list is in use as well, or alone. */
export const OWN: u32 = 2;
/** Nothing is added any more. */
export const LOCKED: u32 = 4;
/** Bytes in front of a path. */
export const ENTRY_HEAD: u32 = 4;
/** Most paths in one list, so that looking one up stays short. */
export const PATHS_MAX: u32 = 32;
const SLASH: u8 = 0x2f;
const DOT: u8 = 0x2e;


@unmanaged
export class Veil {
  /** BASE, OWN, LOCKED. */
  flags: u32;
}


@inline
export function veilOf(index: u32): Veil {
  return changetype<Veil>(changetype<usize>(cellAt(index)) + VEIL_IN);
}


@inline
export function listOf(index: u32, which: u32): usize {
  return UNVEIL_AT + <usize>(index * UNVEIL_STRIDE) + (which == OWN ? <usize>UNVEIL_SPACE : 0);
}


@inline
export function nextEntry(entry: usize): usize {
  return entry + ENTRY_HEAD + load<u16>(entry);
}

/** Whether a name of a path, `length` bytes at `at`, is one that no path may contain: "", "." or "..". */
function isReserved(at: usize, length: u32): bool {
  if (length == 0) return true;
  if (load<u8>(at) != DOT || length > 2) return false;
  return length == 1 || load<u8>(at, 1) == DOT;
}

/** Whether the bytes are an absolute path in its shortest form, without a NUL. */
export function isCanonical(path: usize, length: u32): bool {
  if (length == 0 || load<u8>(path) != SLASH) return false;
  if (length == 1) return true;
  let start: u32 = 1;
  for (let i: u32 = 1; i <= length; ++i) {
    if (i < length && load<u8>(path + i) == 0) return false;
    if (i < length && load<u8>(path + i) != SLASH) continue;
    if (isReserved(path + start, i - start)) return false;
    start = i + 1;
  }
  return true;
}

/** Whether `above` is the path itself or a directory above it; both are canonical. */
function covers(above: usize, aboveLength: u32, path: usize, length: u32): bool {
  if (aboveLength == 1) return true;
  if (aboveLength > length || memory.compare(above, path, aboveLength) != 0) return false;
  return aboveLength == length || load<u8>(path + aboveLength) == SLASH;
}

/** Rights of a path in one list. */
export function rightsIn(list: usize, path: usize, length: u32): u32 {
  let longest: u32 = 0;
  let rights: u32 = 0;
  for (let entry = list; load<u16>(entry) != 0; entry = nextEntry(entry)) {
    const entryLength: u32 = load<u16>(entry);
    if (entryLength <= longest || !covers(entry + ENTRY_HEAD, entryLength, path, length)) continue;
    longest = entryLength;
    rights = load<u16>(entry, 2);
  }
  return rights;
}

/** What the cell may do at a canonical path: UNVEIL_... */
function rightsAt(index: u32, path: usize, length: u32): u32 {
  const veil = veilOf(index).flags;
  let rights = UNVEIL_ALL;
  if ((veil & BASE) != 0) rights &= rightsIn(listOf(index, BASE), path, length);
  if ((veil & OWN) != 0) rights &= rightsIn(listOf(index, OWN), path, length);
  return rights;
}

/** Whether a list has an entry below the path; with `seen`, one at which the cell may do something. */
function hasBelow(index: u32, list: usize, path: usize, length: u32, seen: bool): bool {
  for (let entry = list; load<u16>(entry) != 0; entry = nextEntry(entry)) {
    const entryLength: u32 = load<u16>(entry);
    if (entryLength == length || !covers(path, length, entry + ENTRY_HEAD, entryLength)) continue;
    if (!seen || rightsAt(index, entry + ENTRY_HEAD, entryLength) != 0) return true;
  }
  return false;
}

/** What `cell` may do at the canonical path: UNVEIL_... and UNVEIL_BELOW. */
export function unveiledAt(index: u32, path: usize, length: u32): u32 {
  const rights = rightsAt(index, path, length);
  const veil = veilOf(index).flags;
  const seen = rights == 0;
  const below =
    ((veil & BASE) != 0 && hasBelow(index, listOf(index, BASE), path, length, seen)) ||
    ((veil & OWN) != 0 && hasBelow(index, listOf(index, OWN), path, length, seen));
  return below ? rights | UNVEIL_BELOW : rights;
}

/** The entry of exactly this path, or the list's end. `paths` counts what lies in front of it. */
let paths: u32 = 0;
function entryOf(list: usize, path: usize, length: u32): usize {
  let entry = list;
  for (paths = 0; load<u16>(entry) != 0; ++paths) {
    if (load<u16>(entry) == length && memory.compare(entry + ENTRY_HEAD, path, length) == 0) return entry;
    entry = nextEntry(entry);
  }
  return entry;
}

/** Adds a path behind the last entry. False when the list is full. */
function append(list: usize, end: usize, path: usize, length: u32, rights: u32): bool {
  const used = <u32>(end - list);
  assert(used < UNVEIL_SPACE && length <= PATH_MAX);
  if (paths >= PATHS_MAX || used + ENTRY_HEAD + length + ENTRY_HEAD > UNVEIL_SPACE) return false;
  store<u16>(end, <u16>length);
  store<u16>(end, <u16>rights, 2);
  memory.copy(end + ENTRY_HEAD, path, length);
  store<u16>(nextEntry(end), 0);
  return true;
}

/** The new cell has a view of its own that hides nothing. */
export function unveilReset(index: u32): void {
  veilOf(index).flags = 0;
  store<u16>(listOf(index, BASE), 0);
  store<u16>(listOf(index, OWN), 0);
}

/** A restarted cell sees what its parent gave it again. */
export function unveilRestart(index: u32): void {
  veilOf(index).flags &= BASE;
  store<u16>(listOf(index, OWN), 0);
}

function inheritList(parent: u32, list: usize, child: u32): bool {
  const base = listOf(child, BASE);
  for (let entry = list; load<u16>(entry) != 0; entry = nextEntry(entry)) {
    const length: u32 = load<u16>(entry);
    const path = entry + ENTRY_HEAD;
    const place = entryOf(base, path, length);
    if (load<u16>(place) != 0) continue;
    if (!append(base, place, path, length, rightsAt(parent, path, length))) return false;
  }
  return true;
}

/** Gives a new cell what its parent sees now. 0, or -ENOBUFS when the parent's lists do not fit one. */
export function unveilInherit(child: u32, parent: u32): i32 {
  unveilReset(child);
  const veil = veilOf(parent).flags;
  if ((veil & (BASE | OWN)) == 0) return 0;
  veilOf(child).flags = BASE;
  if ((veil & BASE) != 0 && !inheritList(parent, listOf(parent, BASE), child)) return ENOBUFS;
  if ((veil & OWN) != 0 && !inheritList(parent, listOf(parent, OWN), child)) return ENOBUFS;
  return 0;
}

/** Copies a path from a cell to SCRATCH_PATH. 0, -ENAMETOOLONG, -EFAULT or -EINVAL. */
export function readPath(index: u32, pointer: u32, length: u32): i32 {
  if (length > PATH_MAX) return ENAMETOOLONG;
  if (cellRead(index, pointer, SCRATCH_PATH, length) < 0) return EFAULT;
  return isCanonical(SCRATCH_PATH, length) ? 0 : EINVAL;
}

function addOwn(index: u32, length: u32, rights: u32): i32 {
  const base = (veilOf(index).flags & BASE) != 0 ? rightsIn(listOf(index, BASE), SCRATCH_PATH, length) : UNVEIL_ALL;
  if ((rights & ~base) != 0) return EPERM;
  const list = listOf(index, OWN);
  const entry = entryOf(list, SCRATCH_PATH, length);
  if (load<u16>(entry) == 0) return append(list, entry, SCRATCH_PATH, length, rights) ? 0 : ENOBUFS;
  if ((rights & ~(<u32>load<u16>(entry, 2))) != 0) return EPERM;
  store<u16>(entry, <u16>rights, 2);
  return 0;
}

/** unveil(path, length, rights): docs/abi.md. */
export function unveil(index: u32, pointer: u32, length: u32, rights: u32): i64 {
  const veil = veilOf(index);
  if ((veil.flags & LOCKED) != 0) return EPERM;
  if (length == 0) {
    veil.flags |= LOCKED;
    return 0;
  }
  if ((rights & ~UNVEIL_ALL) != 0) return EINVAL;
  let refused = readPath(index, pointer, length);
  if (refused == 0) refused = addOwn(index, length, rights);
  if (refused < 0) return refused;
  veil.flags |= OWN;
  tellServers(index);
  return 0;
}
