/*
 * Invariants of unveil.ts: both lists of a cell are whole, and empty when they are not in use; the own list allows
 * nothing that the base does not; the base of a child allows nothing that its parent was not given either.
 */
import { CELL_FREE } from "../../abi/cell";
import { PATH_MAX, UNVEIL_ALL, UNVEIL_SPACE } from "../../abi/unveil";
import { Cell, cellAt } from "../run/cell";
import { CELLS, NO_CELL } from "../base/limits";
import {
  BASE,
  ENTRY_HEAD,
  LOCKED,
  OWN,
  PATHS_MAX,
  isCanonical,
  listOf,
  nextEntry,
  rightsIn,
  veilOf,
} from "../authority/unveil";

/** Every entry lies in the list and is a path with rights. */
function checkList(list: usize): void {
  const end = list + UNVEIL_SPACE;
  let count: u32 = 0;
  for (let entry = list; load<u16>(entry) != 0; entry = nextEntry(entry), ++count) {
    const length: u32 = load<u16>(entry);
    assert(length <= PATH_MAX && nextEntry(entry) + ENTRY_HEAD <= end, "an entry lies in its list");
    assert(isCanonical(entry + ENTRY_HEAD, length), "a path is in its shortest form");
    assert((load<u16>(entry, 2) & ~UNVEIL_ALL) == 0, "a path has rights that there are");
  }
  assert(count <= PATHS_MAX, "a list is short");
}

/** No entry of a list allows more than another list does. */
function checkNarrower(list: usize, than: usize): void {
  for (let entry = list; load<u16>(entry) != 0; entry = nextEntry(entry)) {
    const most = rightsIn(than, entry + ENTRY_HEAD, load<u16>(entry));
    assert((load<u16>(entry, 2) & ~most) == 0, "a list allows no more than the one that it is narrowed from");
  }
}

/** A parent's base is what all of its instances were given, so it bounds the children of each. */
function checkParent(index: u32, cell: Cell): void {
  if (cell.parent == NO_CELL) {
    assert((veilOf(index).flags & BASE) == 0, "a boot cell is given every path");
    return;
  }
  const parent = cellAt(cell.parent);
  if (parent.state == CELL_FREE || parent.serial != cell.parentSerial || (veilOf(cell.parent).flags & BASE) == 0)
    return;
  assert((veilOf(index).flags & BASE) != 0, "who is given some paths gives no more");
  checkNarrower(listOf(index, BASE), listOf(cell.parent, BASE));
}

export function checkPaths(): void {
  for (let index: u32 = 0; index < CELLS; ++index) {
    const cell = cellAt(index);
    if (cell.state == CELL_FREE) continue;
    const flags = veilOf(index).flags;
    const base = listOf(index, BASE);
    const own = listOf(index, OWN);
    assert((flags & ~(BASE | OWN | LOCKED)) == 0, "a view has a base, an own list, a lock");
    assert((flags & BASE) != 0 || load<u16>(base) == 0, "a base that is not in use is empty");
    assert((flags & OWN) != 0 || load<u16>(own) == 0, "an own list that is not in use is empty");
    checkList(base);
    checkList(own);
    if ((flags & BASE) != 0) checkNarrower(own, base);
    checkParent(index, cell);
  }
}
