/*
 * Capabilities at random: five cells grant, narrow, revoke and drop in any order; after every step the kernel must
 * answer as a plain oracle does. The oracle is a list of what was ever given, each entry with the one that it came
 * from; a revoke walks the whole list. It knows nothing of links.
 */
import { EACCES, EBADF, EINVAL, EMFILE, ENOBUFS, EPERM } from "../../../abi/errno";
import { CAP_PORT, MASK_REVOKE, RIGHT_GRANT, RIGHTS_ALL } from "../../../abi/rights";
import { checkSlot, freeSlot } from "../../object/capability";
import { cellAt } from "../../run/cell";
import { sys_grant, sys_mask } from "../../kernel";
import { DERIVATION_DEPTH, SLOTS } from "../../base/limits";
import { putCell, putPort } from "../slots";
import { bootFamily, newChild } from "../../__tests__/family";
import { random, seedRandom } from "../../__tests__/machine";

const HELPERS: u32 = 5;
/** Where each helper holds the others, one after the other. */
const DOORS: u32 = 50;
const STEPS: u32 = 6000;

/** What the oracle knows of one capability. */
class Held {
  gone: bool = false;
  dead: bool = false;
  constructor(
    public cell: u32,
    public slot: u32,
    public rights: u32,
    public depth: u32,
    public from: Held | null,
  ) {}
}

let helpers: StaticArray<u32> = [0, 0, 0, 0, 0];
let held: Array<Held> = [];
let latest: Held | null = null;

/** The oracle's entry for a slot, null when the slot is empty. */
function entryOf(cell: u32, slot: u32): Held | null {
  for (let i = held.length - 1; i >= 0; --i) {
    const entry = held[i];
    if (!entry.gone && entry.cell == cell && entry.slot == slot) return entry;
  }
  return null;
}

function comesFrom(entry: Held, origin: Held): bool {
  let from: Held | null = entry.from;
  while (from) {
    if (from == origin) return true;
    from = from.from;
  }
  return false;
}

function give(cell: u32, slot: u32, rights: u32, from: Held | null): void {
  const depth = from ? from.depth + 1 : 1;
  const entry = new Held(cell, slot, rights, depth, from);
  held.push(entry);
  latest = entry;
}

/** Forgets entries that nothing refers to any more, so that the list stays short. */
function tidy(): void {
  const kept = new Array<Held>();
  for (let i = 0; i < held.length; ++i) {
    const entry = held[i];
    let needed: bool = !entry.gone;
    for (let j = 0; j < held.length && !needed; ++j) needed = !held[j].gone && comesFrom(held[j], entry);
    if (needed) kept.push(entry);
  }
  held = kept;
}

/** What grant must answer; 0 when it must succeed. */
function grantOracle(entry: Held | null, receiver: u32, rights: u32): i64 {
  if (!entry || entry.dead) return EBADF;
  if ((entry.rights & RIGHT_GRANT) == 0) return EACCES;
  if (rights == 0) return EINVAL;
  if ((rights & ~entry.rights) != 0) return EPERM;
  if (freeSlot(receiver, cellAt(receiver).firstSlot) == 0) return EMFILE;
  return entry.depth == DERIVATION_DEPTH ? ENOBUFS : 0;
}

function stepGrant(entry: Held | null, cell: u32, slot: u32): bool {
  const to = random(HELPERS);
  const receiver = helpers[to];
  let rights = random(RIGHTS_ALL + 1);
  if (entry && random(4) != 0) rights = entry.rights & (rights | RIGHT_GRANT | random(RIGHTS_ALL + 1));
  const expected = grantOracle(entry, receiver, rights);
  const answer = sys_grant(cell, slot, DOORS + to, rights);
  if (expected != 0 || answer <= 0) return answer == expected;
  if (entryOf(receiver, <u32>answer) != null) return false;
  give(receiver, <u32>answer, rights, entry);
  return true;
}

function stepMask(entry: Held | null, cell: u32, slot: u32): bool {
  const keep = random(3) == 0 ? 0 : random(RIGHTS_ALL + 1) | random(RIGHTS_ALL + 1);
  const revokes = random(3) == 0;
  const answer = sys_mask(cell, slot, revokes ? keep | MASK_REVOKE : keep);
  if (!entry) return answer == EBADF;
  if (entry.dead && (keep != 0 || revokes)) return answer == EBADF;
  if (answer != 0) return false;
  if (revokes) for (let i = 0; i < held.length; ++i) if (comesFrom(held[i], entry)) held[i].dead = true;
  if (keep == 0) entry.gone = true;
  entry.rights &= keep;
  return true;
}

function stepMake(): bool {
  const cell = helpers[random(HELPERS)];
  const slot = freeSlot(cell, cellAt(cell).firstSlot);
  if (slot == 0) return true;
  putPort(cell, slot, 0x4000, RIGHTS_ALL, 0);
  give(cell, slot, RIGHTS_ALL, null);
  return true;
}

function step(): bool {
  const kind = random(16);
  if (kind == 0) return stepMake();
  let cell = helpers[random(HELPERS)];
  let slot = cellAt(cell).firstSlot + random(DOORS - cellAt(cell).firstSlot);
  const last = latest;
  if (last && random(2) == 0) {
    cell = last.cell;
    slot = last.slot;
  }
  const entry = entryOf(cell, slot);
  return kind < 12 ? stepGrant(entry, cell, slot) : stepMask(entry, cell, slot);
}

/** Whether every slot of every helper answers as the oracle says. */
function agreeEverywhere(): bool {
  for (let each: u32 = 0; each < HELPERS; ++each) {
    const cell = helpers[each];
    for (let slot = cellAt(cell).firstSlot; slot < DOORS; ++slot) {
      const entry = entryOf(cell, slot);
      const right: u32 = 1 << random(10);
      let expected: i32 = EBADF;
      if (entry && !entry.dead) expected = (entry.rights & right) != 0 ? 0 : EACCES;
      if (checkSlot(cell, slot, CAP_PORT, right) != expected) return false;
    }
  }
  return true;
}

describe("grant, narrow, revoke and drop at random", () => {
  test("rights, deaths and depths are those of the oracle", () => {
    bootFamily();
    seedRandom();
    for (let each: u32 = 0; each < HELPERS; ++each) helpers[each] = newChild("helper");
    for (let each: u32 = 0; each < HELPERS; ++each) {
      for (let to: u32 = 0; to < HELPERS; ++to) putCell(helpers[each], DOORS + to, helpers[to], RIGHT_GRANT, 0);
      for (let slot = DOORS + HELPERS; slot < SLOTS; ++slot) putPort(helpers[each], slot, 0x4001, 0, 0);
    }
    held = [];
    latest = null;
    let deepest: u32 = 0;
    for (let now: u32 = 0; now < STEPS; ++now) {
      const fine = step() && (now % 8 != 0 || agreeEverywhere());
      const last = latest;
      if (last) deepest = max(deepest, last.depth);
      if (now % 64 == 0) tidy();
      if (fine) continue;
      expect<u32>(now).toBe(STEPS, "kernel and oracle disagree at this step");
      return;
    }
    expect<u32>(deepest).toBeGreaterThan(4, "the steps were too tame");
  });
});
