/*
 * The gate: nothing of a package exists before its verdict, a refused one never does, and only the sealing cell judges.
 */
import { META_SEAL_READ, META_SEAL_VERDICT, META_SEAL_WORK } from "../../../abi/calls";
import { CAUSE_NONE, CAUSE_SEAL, CELL_FREE, CELL_QUARANTINED, EXIT_BLOCKED } from "../../../abi/cell";
import { EINVAL, EKEYREJECTED, ENOSYS, EPERM, WOULD_BLOCK } from "../../../abi/errno";
import { IMAGE_BOOT, IMAGE_DMA, IMAGE_NATIVE, IMAGE_SEAL, IMAGE_SIZE } from "../../../abi/image";
import {
  KEY_DMA,
  KEY_NATIVE,
  KEY_WASM,
  SEAL_CHANGED,
  SEAL_GOOD,
  SEAL_TABLE_IMAGE,
  SEAL_WRONG,
} from "../../../abi/seal";
import { endCell } from "../blink";
import { cellAt } from "../../run/cell";
import { sys_meta } from "../../kernel";
import { VERDICTS, VERDICTS_AT, VERDICT_STRIDE } from "../../base/tables";
import { peekWord, sleepForEver, spawnNamed } from "../../__tests__/family";
import { hasCell, packageFails, peek, setCellBody, setPackage, switchesOff } from "../../__tests__/machine";
import { MAIN, SERVER, bootAgain, prepareSystem, recordOf, runReady } from "../../__tests__/system";

/** The image that seals, and its cell: the third that boots. */
const SEAL_IMAGE: u32 = 3;
const SEALER: u32 = 2;
const CHILD_IMAGE: u32 = 2;
const AT: u32 = 1024;
const bytes = memory.data<u8>([1, 2, 3, 4, 5]);

function prepareSealed(): void {
  prepareSystem();
  recordOf(SEAL_IMAGE).flags = IMAGE_BOOT | IMAGE_SEAL;
  for (let image = -1; image < 5; ++image) setPackage(image, bytes, 5);
  setCellBody((cell, budget) => EXIT_BLOCKED);
}

function work(): i64 {
  return sys_meta(SEALER, META_SEAL_WORK, AT, 0, 0);
}

function judge(verdict: u32, classes: u32): i64 {
  return sys_meta(SEALER, META_SEAL_VERDICT, verdict, classes, 0);
}

/** Judges everything that waits as good; how many there were. */
function judgeAll(): u32 {
  let count: u32 = 0;
  for (; work() > 0; ++count) judge(SEAL_GOOD, KEY_WASM);
  return count;
}

describe("a sealed system", () => {
  test("starts with the sealing cell alone, and the rest after their verdicts", () => {
    prepareSealed();
    expect<i32>(bootAgain()).toBe(0);
    expect<bool>(hasCell(SERVER)).toBe(false);
    expect<bool>(hasCell(MAIN)).toBe(false);
    expect<bool>(hasCell(SEALER)).toBe(true);
    expect<i64>(work()).toBe(8);
    expect<u32>(peekWord(SEALER, AT)).toBe(SEAL_TABLE_IMAGE);
    expect<i64>(judge(SEAL_GOOD, 0)).toBe(0);
    expect<bool>(hasCell(SERVER)).toBe(false);
    work();
    expect<u32>(peekWord(SEALER, AT)).toBe(SERVER);
    judge(SEAL_GOOD, KEY_WASM);
    expect<bool>(hasCell(SERVER)).toBe(true);
    expect<bool>(hasCell(MAIN)).toBe(false);
    work();
    judge(SEAL_GOOD, KEY_WASM);
    expect<bool>(hasCell(MAIN)).toBe(true);
    expect<i64>(work()).toBe(WOULD_BLOCK);
  });
  test("reads the record and then the package, to its end", () => {
    prepareSealed();
    bootAgain();
    work();
    expect<i64>(sys_meta(SEALER, META_SEAL_READ, 0, AT, 100)).toBe(5);
    judge(SEAL_GOOD, 0);
    work();
    expect<i64>(sys_meta(SEALER, META_SEAL_READ, 0, AT, 60000)).toBe(IMAGE_SIZE);
    expect<i32>(peek(SEALER, AT)).toBe(0x73, "s of server");
    expect<i64>(sys_meta(SEALER, META_SEAL_READ, IMAGE_SIZE + 1, AT, 100)).toBe(4);
    expect<i32>(peek(SEALER, AT)).toBe(2);
    expect<i64>(sys_meta(SEALER, META_SEAL_READ, IMAGE_SIZE + 5, AT, 100)).toBe(0);
  });
  test("nobody else works, reads or judges", () => {
    prepareSealed();
    bootAgain();
    expect<i64>(sys_meta(MAIN, META_SEAL_WORK, AT, 0, 0)).toBe(EPERM);
    expect<i64>(sys_meta(MAIN, META_SEAL_READ, 0, AT, 1)).toBe(EPERM);
    expect<i64>(sys_meta(MAIN, META_SEAL_VERDICT, SEAL_GOOD, KEY_WASM, 0)).toBe(EPERM);
    expect<i64>(judge(SEAL_GOOD, 0)).toBe(EINVAL, "without work there is no verdict");
  });
  test("keeps the verdict on its table among the verdicts", () => {
    prepareSealed();
    bootAgain();
    const behind = VERDICTS_AT + VERDICTS * VERDICT_STRIDE;
    const before = load<u64>(behind);
    work();
    judge(SEAL_GOOD, 0);
    expect<u64>(load<u64>(behind)).toBe(before);
  });
  test("with a bad table starts nothing and powers off", () => {
    prepareSealed();
    bootAgain();
    work();
    judge(SEAL_WRONG, 0);
    expect<bool>(hasCell(SERVER)).toBe(false);
    expect<u32>(cellAt(SERVER).state).toBe(CELL_QUARANTINED);
    expect<u32>(cellAt(MAIN).cause).toBe(CAUSE_SEAL);
    expect<bool>(
      switchesOff(() => {
        runReady(0);
        runReady(10_000_000_000);
      }),
    ).toBe(true);
  });
});

describe("spawn", () => {
  test("waits for the verdict, once", () => {
    prepareSealed();
    bootAgain();
    judgeAll();
    setCellBody(sleepForEver);
    expect<i64>(spawnNamed("child")).toBe(WOULD_BLOCK);
    expect<u32>(judgeAll()).toBe(1);
    expect<i64>(spawnNamed("child")).toBeGreaterThan(0);
    expect<i64>(spawnNamed("child")).toBeGreaterThan(0);
    expect<u32>(judgeAll()).toBe(0);
  });
  test("of a refused package answers -EKEYREJECTED, for good", () => {
    prepareSealed();
    bootAgain();
    judgeAll();
    spawnNamed("child");
    work();
    judge(SEAL_CHANGED, 0);
    expect<i64>(spawnNamed("child")).toBe(EKEYREJECTED);
    expect<i64>(spawnNamed("child")).toBe(EKEYREJECTED);
    expect<bool>(hasCell(3)).toBe(false);
  });
  test("native code and DMA need their key classes", () => {
    prepareSealed();
    recordOf(CHILD_IMAGE).flags |= IMAGE_NATIVE | IMAGE_DMA;
    bootAgain();
    judgeAll();
    spawnNamed("child");
    work();
    judge(SEAL_GOOD, KEY_WASM | KEY_NATIVE);
    expect<i64>(spawnNamed("child")).toBe(EKEYREJECTED);
    prepareSealed();
    recordOf(CHILD_IMAGE).flags |= IMAGE_NATIVE | IMAGE_DMA;
    bootAgain();
    judgeAll();
    spawnNamed("child");
    work();
    judge(SEAL_GOOD, KEY_NATIVE | KEY_DMA);
    expect<i64>(spawnNamed("child")).toBeGreaterThan(0);
  });
  test("without the sealing cell nothing new is good", () => {
    prepareSealed();
    bootAgain();
    judgeAll();
    endCell(SEALER, 1, 0, true);
    expect<i64>(spawnNamed("child")).toBe(EKEYREJECTED);
  });
});

describe("unsealed", () => {
  test("a machine that verified before it started is believed", () => {
    prepareSystem();
    recordOf(SEAL_IMAGE).flags = IMAGE_BOOT | IMAGE_SEAL;
    packageFails(ENOSYS);
    expect<i32>(bootAgain()).toBe(0);
    expect<bool>(hasCell(MAIN)).toBe(true);
  });
  test("a sealing cell without work ends like any other", () => {
    prepareSystem();
    recordOf(SEAL_IMAGE).flags = IMAGE_BOOT | IMAGE_SEAL;
    packageFails(ENOSYS);
    bootAgain();
    endCell(SEALER, CAUSE_NONE, 0, false);
    expect<u32>(cellAt(SEALER).state).toBe(CELL_FREE);
  });
});
