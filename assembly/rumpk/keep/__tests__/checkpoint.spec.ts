/*
 * Checkpoints: two copies, the newest whole one comes back, a torn one never.
 */
import { META_RESTORE } from "../../../abi/calls";
import { CELL_FREE, CELL_QUARANTINED } from "../../../abi/cell";
import { EFAULT, EINVAL, EMSGSIZE, ENOENT } from "../../../abi/errno";
import { CHECKPOINT_MAX } from "../../../abi/checkpoint";
import { arenaFree } from "../../base/arena";
import { endCell, revive } from "../../life/blink";
import { cellAt } from "../../run/cell";
import { checkpointsOf } from "../checkpoint";
import { checkAll } from "../../invariants/all";
import { sys_checkpoint, sys_mask, sys_meta } from "../../kernel";
import { bootFamily, newChild } from "../../__tests__/family";
import { peek, poke } from "../../__tests__/machine";
import { MAIN } from "../../__tests__/system";

const AT: u32 = 1024;
const BACK: u32 = 50000;
/** Bytes in front of a copy's data, and of a whole copy. */
const HEAD: usize = 16;
const COPY: usize = 16 + 32768;

let crashy: u32 = 0;

beforeEach(() => {
  bootFamily();
  crashy = newChild("crashy");
});

function save(value: u32, length: u32): i64 {
  for (let i: u32 = 0; i < min<u32>(length, 16); ++i) poke(crashy, AT + i, value);
  return sys_checkpoint(crashy, AT, length);
}

function load(): i64 {
  return sys_meta(crashy, META_RESTORE, BACK, 40000, 0);
}

describe("a checkpoint", () => {
  test("comes back after a restart", () => {
    expect<i64>(load()).toBe(ENOENT);
    expect<i64>(save(7, 10)).toBe(0);
    endCell(crashy, 1, 0, false);
    expect<i64>(load()).toBe(10);
    expect<i32>(peek(crashy, BACK + 9)).toBe(7);
  });
  test("the newest counts, and a torn one leaves the one before", () => {
    save(1, 10);
    save(2, 12);
    expect<i64>(load()).toBe(12);
    const newest = checkpointsOf(cellAt(crashy)).at + COPY * (checkpointsOf(cellAt(crashy)).newer & 1);
    store<u8>(newest + HEAD + 3, 99);
    expect<i64>(load()).toBe(10);
    expect<i32>(peek(crashy, BACK)).toBe(1);
  });
  test("with both copies torn is a cold start", () => {
    save(1, 10);
    save(2, 10);
    store<u8>(checkpointsOf(cellAt(crashy)).at + HEAD, 99);
    store<u8>(checkpointsOf(cellAt(crashy)).at + COPY + HEAD, 99);
    expect<i64>(load()).toBe(ENOENT);
  });
  test("that fails leaves the one before", () => {
    save(1, 10);
    expect<i64>(sys_checkpoint(crashy, 0xfffffff0, 32)).toBe(EFAULT);
    expect<i64>(load()).toBe(10);
    expect<i64>(sys_checkpoint(crashy, 0xfffffff0, 32)).toBe(EFAULT);
    expect<i64>(load()).toBe(10);
  });
  test("has up to 32 KiB, and may be empty", () => {
    expect<i64>(sys_checkpoint(crashy, 0, CHECKPOINT_MAX + 1)).toBe(EINVAL);
    expect<i64>(save(3, CHECKPOINT_MAX)).toBe(0);
    expect<i64>(load()).toBe(CHECKPOINT_MAX);
    expect<i64>(sys_meta(crashy, META_RESTORE, BACK, 100, 0)).toBe(EMSGSIZE);
    expect<i64>(save(3, 0)).toBe(0);
    expect<i64>(load()).toBe(0);
  });
  test("gives its room back when the cell ends for good", () => {
    const free = arenaFree();
    save(1, 10);
    expect<u32>(arenaFree()).toBeLessThan(free);
    endCell(crashy, 0, 0, true);
    expect<u32>(arenaFree()).toBe(free);
  });
  test("is there for a child that is revived, and goes with it when nobody holds it", () => {
    const free = arenaFree();
    save(5, 10);
    while (cellAt(crashy).state != CELL_QUARANTINED) endCell(crashy, 1, 0, false);
    expect<i32>(revive(crashy)).toBe(0);
    expect<i64>(load()).toBe(10);
    expect<i32>(peek(crashy, BACK)).toBe(5);
    while (cellAt(crashy).state != CELL_QUARANTINED) endCell(crashy, 1, 0, false);
    sys_mask(MAIN, cellAt(crashy).parentSlot, 0);
    expect<u32>(cellAt(crashy).state).toBe(CELL_FREE);
    expect<u32>(arenaFree()).toBe(free);
    checkAll();
  });
});
