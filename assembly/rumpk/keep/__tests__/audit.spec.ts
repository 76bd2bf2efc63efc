/*
 * The audit trail: numbered without a gap, chained by causes, and never silent about what it lost.
 */
import {
  AUDIT_BOOT,
  AUDIT_CHECKPOINT,
  AUDIT_DELEGATE,
  AUDIT_FAULT,
  AUDIT_GRANT,
  AUDIT_LOST,
  AUDIT_OPEN,
  AUDIT_QUARANTINE,
  AUDIT_RESTART,
  AUDIT_RING_COUNT,
  AUDIT_SPAWN,
  AuditEvent,
} from "../../../abi/audit";
import { LOOKUP_LEDGER, META_LOOKUP, NOWAIT } from "../../../abi/calls";
import { EACCES, EAGAIN, ENOENT } from "../../../abi/errno";
import { IMAGE_BOOT, IMAGE_LEDGER } from "../../../abi/image";
import { RIGHT_SEND } from "../../../abi/rights";
import { audit, trailOf } from "../audit";
import { endCell } from "../../life/blink";
import { cellAt } from "../../run/cell";
import { sys_checkpoint, sys_grant, sys_meta, sys_recv, sys_send } from "../../kernel";
import { childIn, peekWord, spawnNamed, spawnWith } from "../../__tests__/family";
import {
  MAIN,
  MAIN_FILES,
  MAIN_STREAM,
  RESTARTS,
  SERVER,
  STREAM,
  bootAgain,
  bootSystem,
  prepareSystem,
  recordOf,
} from "../../__tests__/system";

const LEDGER: u32 = 2;
const AT: u32 = 2048;
const SIZE: u32 = <u32>offsetof<AuditEvent>();

let slot: u32 = 0;

beforeEach(() => {
  prepareSystem();
  recordOf(3).flags = IMAGE_BOOT | IMAGE_LEDGER;
  expect<i32>(bootAgain()).toBe(0);
  slot = <u32>sys_meta(LEDGER, META_LOOKUP, LOOKUP_LEDGER, 0, 0);
});

/** Reads the next event; its kind, or a negative errno. */
function next(): i64 {
  const answer = sys_recv(LEDGER, slot, AT, SIZE, NOWAIT);
  return answer < 0 ? answer : peekWord(LEDGER, AT + 16);
}

function word(name: string): u32 {
  if (name == "id") return peekWord(LEDGER, AT);
  if (name == "cell") return peekWord(LEDGER, AT + 20);
  if (name == "cause") return peekWord(LEDGER, AT + 32);
  return peekWord(LEDGER, AT + 40);
}

/** Reads on to the next event of `kind`; false when there is none. */
function find(kind: u32): bool {
  while (true) {
    const found = next();
    if (found < 0) return false;
    if (found == kind) return true;
  }
}

describe("the trail", () => {
  test("begins with the boot and names every cell", () => {
    expect<u32>(SIZE).toBe(64);
    expect<i64>(next()).toBe(AUDIT_BOOT);
    expect<u32>(word("id")).toBe(1);
    expect<i64>(next()).toBe(AUDIT_SPAWN);
    expect<u32>(word("cell")).toBe(SERVER);
    expect<u32>(word("cause")).toBe(1);
    expect<bool>(find(AUDIT_OPEN)).toBe(true);
  });
  test("is numbered without a gap", () => {
    for (let id: u32 = 1; next() > 0; ++id) expect<u32>(word("id")).toBe(id);
  });
  test("chains a restart to its fault, and a child to its parent", () => {
    while (next() > 0) {}
    endCell(SERVER, 1, 0, false);
    expect<bool>(find(AUDIT_FAULT)).toBe(true);
    const fault = word("id");
    expect<bool>(find(AUDIT_RESTART)).toBe(true);
    expect<u32>(word("cause")).toBe(fault);
    const parent = <u32>trailOf(cellAt(MAIN)).story;
    spawnNamed("child");
    expect<bool>(find(AUDIT_SPAWN)).toBe(true);
    expect<u32>(word("cause")).toBe(parent);
  });
  test("tells of grants, gifts at spawn and quarantine", () => {
    while (next() > 0) {}
    sys_grant(MAIN, MAIN_STREAM, MAIN_FILES, RIGHT_SEND);
    expect<bool>(find(AUDIT_GRANT)).toBe(true);
    childIn(spawnWith("child", MAIN_STREAM, RIGHT_SEND, STREAM));
    expect<bool>(find(AUDIT_DELEGATE)).toBe(true);
    for (let i: u32 = 0; i <= RESTARTS; ++i) endCell(SERVER, 1, 0, false);
    expect<bool>(find(AUDIT_QUARANTINE)).toBe(true);
  });
  test("counts what did not fit, and says so first", () => {
    while (next() > 0) {}
    const first = <u32>trailOf(cellAt(MAIN)).story;
    for (let i: u32 = 0; i < AUDIT_RING_COUNT + 10; ++i) audit(AUDIT_OPEN, MAIN, 0, i);
    for (let i: u32 = 0; i < AUDIT_RING_COUNT; ++i) expect<i64>(next()).toBe(AUDIT_OPEN);
    const last = word("id");
    expect<i64>(next()).toBe(EAGAIN);
    audit(AUDIT_OPEN, MAIN, 0, 99);
    expect<i64>(next()).toBe(AUDIT_LOST);
    expect<u32>(word("data0")).toBe(10);
    expect<u32>(word("id")).toBe(last + 11);
    expect<i64>(next()).toBe(AUDIT_OPEN);
    expect<u32>(word("id")).toBe(last + 12);
    expect<u32>(<u32>trailOf(cellAt(MAIN)).story).toBe(first);
  });
});

describe("the event ring", () => {
  test("survives a restart of its reader", () => {
    endCell(LEDGER, 1, 0, false);
    expect<u32>(cellAt(LEDGER).generation).toBe(2);
    expect<i64>(sys_meta(LEDGER, META_LOOKUP, LOOKUP_LEDGER, 0, 0)).toBe(slot);
    expect<i64>(next()).toBe(AUDIT_BOOT);
  });
  test("gives a new instance again what the dead one had taken and not saved", () => {
    while (next() > 0) {}
    expect<i64>(sys_checkpoint(LEDGER, AT, 4)).toBe(0);
    expect<i64>(next()).toBe(AUDIT_CHECKPOINT);
    const last = word("id");
    endCell(LEDGER, 1, 0, false);
    for (let id = last; next() > 0; ++id) expect<u32>(word("id")).toBe(id);
    endCell(LEDGER, 1, 0, false);
    expect<i64>(next()).toBe(AUDIT_CHECKPOINT);
    expect<u32>(word("id")).toBe(last);
  });
  test("is full of what was not saved, and counts what did not fit", () => {
    while (next() > 0) {}
    expect<i64>(sys_checkpoint(LEDGER, AT, 4)).toBe(0);
    for (let i: u32 = 0; i < AUDIT_RING_COUNT + 10; ++i) {
      audit(AUDIT_OPEN, MAIN, 0, i);
      next();
    }
    expect<i64>(next()).toBe(EAGAIN);
    expect<i64>(sys_checkpoint(LEDGER, AT, 4)).toBe(0);
    expect<i64>(next()).toBe(AUDIT_LOST);
    expect<u32>(word("data0")).toBe(11);
    expect<i64>(next()).toBe(AUDIT_CHECKPOINT);
  });
  test("is only read", () => {
    expect<i64>(sys_send(LEDGER, slot, AT, 4, NOWAIT)).toBe(EACCES);
  });
  test("does not exist without a ledger", () => {
    bootSystem();
    expect<i64>(sys_meta(MAIN, META_LOOKUP, LOOKUP_LEDGER, 0, 0)).toBe(ENOENT);
    spawnNamed("child");
  });
});
