/*
 * The meter: every call costs its price when it completes, and nothing when it fails or blocks.
 */
import { LEND_READ, META_VERSION, NEVER, NOWAIT } from "../../../abi/calls";
import { COST_GRANT, COST_MAP, COST_MASK, COST_RECV, COST_SEND, COST_SPAWN, COST_TICK } from "../../../abi/energy";
import { EACCES, EAGAIN, EBADF, EINVAL, EMSGSIZE, ENOENT, EPERM, ETIMEDOUT, WOULD_BLOCK } from "../../../abi/errno";
import { RIGHT_SEND, RIGHTS_ALL } from "../../../abi/rights";
import { endCell } from "../../life/blink";
import { cellAt } from "../cell";
import { chargeCall, chargeTime, energyOf } from "../energy";
import { sys_grant, sys_join, sys_map, sys_mask, sys_meta, sys_recv, sys_send, sys_wait } from "../../kernel";
import { restOf } from "../rest";
import { bootFamily, childIn, spawnNamed } from "../../__tests__/family";
import {
  MAIN,
  MAIN_FILES,
  MAIN_STREAM,
  SERVER,
  SERVER_FILES,
  SERVER_STREAM,
  STREAM_COUNT,
  STREAM_PAYLOAD,
} from "../../__tests__/system";

let before: u64 = 0;

beforeEach(() => {
  bootFamily();
  before = energyOf(cellAt(MAIN)).spent;
});

/** What main has spent since the last call of this. */
function spent(): u64 {
  const now = energyOf(cellAt(MAIN)).spent;
  const joules = now - before;
  before = now;
  return joules;
}

describe("a completed call costs", () => {
  test("send, recv, an event, wait, join", () => {
    expect<i64>(sys_send(MAIN, MAIN_FILES, 0, 9, 0)).toBe(9);
    expect<u64>(spent()).toBe(COST_SEND);
    sys_send(SERVER, SERVER_FILES, 0, 9, 0);
    expect<i64>(sys_wait(MAIN, 1 << MAIN_FILES, NEVER)).toBe(1 << MAIN_FILES);
    expect<u64>(spent()).toBe(COST_TICK);
    expect<i64>(sys_recv(MAIN, MAIN_FILES, 0, 64, 0)).toBe(9);
    expect<u64>(spent()).toBe(COST_RECV);
    expect<i64>(sys_wait(MAIN, 1 << MAIN_FILES, 0)).toBe(0);
    expect<u64>(spent()).toBe(COST_TICK);
    const slot = <u32>spawnNamed("child");
    expect<u64>(spent()).toBe(COST_SPAWN);
    const child = childIn(slot);
    endCell(child, 0, 3, false);
    expect<i64>(sys_join(MAIN, slot, NEVER)).toBe(3);
    expect<u64>(spent()).toBe(COST_TICK);
    expect<i64>(sys_recv(MAIN, 0, 0, 32, 0)).toBe(32);
    expect<u64>(spent()).toBe(COST_RECV);
  });
  test("map, grant, mask; meta is free", () => {
    expect<i64>(sys_map(MAIN, MAIN_FILES, 0, 16, LEND_READ)).toBe(0);
    expect<u64>(spent()).toBe(COST_MAP);
    expect<i64>(sys_grant(MAIN, MAIN_STREAM, MAIN_FILES, RIGHT_SEND)).toBeGreaterThan(0);
    expect<u64>(spent()).toBe(COST_GRANT);
    expect<i64>(sys_mask(MAIN, MAIN_STREAM, RIGHTS_ALL)).toBe(0);
    expect<u64>(spent()).toBe(COST_MASK);
    sys_meta(MAIN, META_VERSION, 0, 0, 0);
    expect<u64>(spent()).toBe(0);
  });
});

describe("nothing is charged", () => {
  test("for what fails", () => {
    expect<i64>(sys_send(MAIN, MAIN_STREAM, 0, STREAM_PAYLOAD + 1, 0)).toBe(EMSGSIZE);
    expect<i64>(sys_recv(MAIN, MAIN_FILES, 0, 64, NOWAIT)).toBe(EAGAIN);
    expect<i64>(sys_wait(MAIN, 1 << 40, 0)).toBe(EBADF);
    expect<i64>(sys_mask(MAIN, 40, 0)).toBe(EBADF);
    expect<i64>(sys_map(MAIN, MAIN_FILES, 0, 16, 0)).toBe(EINVAL);
    expect<i64>(sys_grant(MAIN, MAIN_STREAM, MAIN_FILES, 0x400)).toBe(EPERM);
    expect<i64>(spawnNamed("nobody")).toBe(ENOENT);
    expect<u64>(spent()).toBe(0);
    const slot = <u32>spawnNamed("child");
    expect<u64>(spent()).toBe(COST_SPAWN);
    expect<i64>(sys_join(MAIN, slot, 0)).toBe(ETIMEDOUT);
    expect<i64>(sys_grant(MAIN, MAIN_FILES, slot, RIGHT_SEND)).toBe(EACCES);
    expect<u64>(spent()).toBe(0);
  });
  test("for what blocks; the repeat is paid, once", () => {
    for (let i: u32 = 0; i < STREAM_COUNT; ++i) sys_send(MAIN, MAIN_STREAM, 0, 1, 0);
    expect<u64>(spent()).toBe(STREAM_COUNT * COST_SEND);
    for (let i = 0; i < 5; ++i) expect<i64>(sys_send(MAIN, MAIN_STREAM, 0, 1, 0)).toBe(WOULD_BLOCK);
    expect<u64>(spent()).toBe(0);
    sys_recv(SERVER, SERVER_STREAM, 0, 64, 0);
    expect<i64>(sys_send(MAIN, MAIN_STREAM, 0, 1, 0)).toBe(1);
    expect<u64>(spent()).toBe(COST_SEND);
    expect<i64>(sys_wait(MAIN, 0, 0)).toBe(WOULD_BLOCK);
    expect<u64>(spent()).toBe(0);
    expect<i64>(sys_wait(MAIN, 0, 0)).toBe(0);
    expect<u64>(spent()).toBe(COST_TICK);
  });
});

describe("the meter", () => {
  test("counts a joule a nanosecond, and calls as energy alone", () => {
    const runtime = energyOf(cellAt(MAIN)).runtime;
    const spun = restOf(cellAt(MAIN)).spun;
    chargeTime(cellAt(MAIN), 250);
    chargeCall(cellAt(MAIN), 7);
    expect<u64>(spent()).toBe(257);
    expect<u64>(energyOf(cellAt(MAIN)).runtime - runtime).toBe(250);
    expect<i64>(restOf(cellAt(MAIN)).spun - spun).toBe(250);
  });
  test("goes on over restarts", () => {
    chargeTime(cellAt(SERVER), 1000);
    const energy = energyOf(cellAt(SERVER)).spent;
    endCell(SERVER, 1, 0, false);
    expect<u32>(cellAt(SERVER).generation).toBe(2);
    expect<u64>(energyOf(cellAt(SERVER)).spent).toBe(energy);
  });
});
