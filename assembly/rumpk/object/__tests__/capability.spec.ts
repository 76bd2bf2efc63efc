/*
 * Capabilities: rights are what was given; a revoke reaches everything derived, whatever was dropped in between, and
 * nothing else, however often it happens.
 */
import { CAP_CELLS, CAP_PORT, RIGHT_RECV, RIGHT_SEND, RIGHTS_ALL } from "../../../abi/rights";
import { EACCES, EBADF } from "../../../abi/errno";
import { checkSlot, emptySlot, fillSlot, freeSlot, leafBelow, mayDerive, placeOf, slotAt } from "../capability";
import { DERIVATION_DEPTH, SLOTS } from "../../base/limits";
import { revokeSlot } from "../../authority/slots";
import { freshKernel } from "../../__tests__/machine";

beforeEach(() => {
  freshKernel();
});

/** Derives a capability in `slot` of `to` from one in `slot` of `from`; false when that would be too deep. */
function derive(from: u32, to: u32, slot: u32): bool {
  const giver = slotAt(from, slot);
  if (!mayDerive(giver)) return false;
  fillSlot(to, slot, CAP_PORT, 0, RIGHT_SEND, 7, 0, placeOf(giver));
  return true;
}

function isIntact(cell: u32, slot: u32): bool {
  return slotAt(cell, slot).kind == CAP_PORT;
}

function original(cell: u32, slot: u32): void {
  fillSlot(cell, slot, CAP_PORT, 0, RIGHTS_ALL, 7, 0, 0);
}

describe("checkSlot", () => {
  test("slot 0 and slots beyond the last are no capabilities", () => {
    expect<i32>(checkSlot(1, 0, CAP_PORT, 0)).toBe(EBADF);
    expect<i32>(checkSlot(1, SLOTS, CAP_PORT, 0)).toBe(EBADF);
    expect<i32>(checkSlot(1, 0xffffffff, CAP_PORT, 0)).toBe(EBADF);
  });
  test("an empty slot, another kind, a missing right", () => {
    expect<i32>(checkSlot(1, 1, CAP_PORT, 0)).toBe(EBADF);
    fillSlot(1, 1, CAP_PORT, 0, RIGHT_SEND, 7, 0, 0);
    expect<i32>(checkSlot(1, 1, CAP_CELLS, 0)).toBe(EBADF);
    expect<i32>(checkSlot(1, 1, CAP_PORT, RIGHT_SEND | RIGHT_RECV)).toBe(EACCES);
    expect<i32>(checkSlot(1, 1, CAP_PORT, RIGHT_SEND)).toBe(0);
  });
  test("one cell's slots are not another's", () => {
    original(1, 5);
    expect<i32>(checkSlot(2, 5, CAP_PORT, 0)).toBe(EBADF);
  });
});

describe("freeSlot", () => {
  test("never answers slot 0, and 0 when all are taken", () => {
    for (let slot: u32 = 1; slot < SLOTS; ++slot) {
      expect<u32>(freeSlot(3, 1)).toBe(slot);
      original(3, slot);
    }
    expect<u32>(freeSlot(3, 1)).toBe(0);
    emptySlot(3, 40);
    expect<u32>(freeSlot(3, 1)).toBe(40);
  });
});

describe("revocation", () => {
  test("kills what was derived, however far, and not the original", () => {
    original(1, 4);
    expect(derive(1, 2, 4)).toBe(true);
    expect(derive(2, 3, 4)).toBe(true);
    revokeSlot(1, 4);
    expect(isIntact(1, 4)).toBe(true);
    expect(isIntact(2, 4)).toBe(false);
    expect(isIntact(3, 4)).toBe(false);
    expect<i32>(checkSlot(3, 4, CAP_PORT, RIGHT_SEND)).toBe(EBADF);
  });
  test("in the middle of a chain spares what is above", () => {
    original(1, 4);
    derive(1, 2, 4);
    derive(2, 3, 4);
    revokeSlot(2, 4);
    expect(isIntact(2, 4)).toBe(true);
    expect(isIntact(3, 4)).toBe(false);
  });
  test("of one capability does not touch an unrelated one", () => {
    original(1, 4);
    original(1, 5);
    derive(1, 2, 4);
    derive(1, 2, 5);
    revokeSlot(1, 4);
    expect(isIntact(2, 4)).toBe(false);
    expect(isIntact(2, 5)).toBe(true);
  });
  test("leaves grants made afterwards alone", () => {
    original(1, 4);
    derive(1, 2, 4);
    revokeSlot(1, 4);
    expect(derive(1, 3, 4)).toBe(true);
    expect(isIntact(3, 4)).toBe(true);
    expect(isIntact(2, 4)).toBe(false);
  });
  test("reaches below a slot that was dropped or filled again", () => {
    original(1, 4);
    derive(1, 2, 4);
    derive(2, 3, 4);
    derive(2, 5, 4);
    emptySlot(2, 4);
    original(2, 4);
    revokeSlot(1, 4);
    expect(isIntact(3, 4)).toBe(false);
    expect(isIntact(5, 4)).toBe(false);
    expect(isIntact(2, 4)).toBe(true);
  });
  test("has nobody to ask any more when the first one is dropped", () => {
    original(1, 4);
    derive(1, 2, 4);
    derive(2, 3, 4);
    emptySlot(1, 4);
    original(1, 4);
    revokeSlot(1, 4);
    expect(isIntact(2, 4)).toBe(true);
    revokeSlot(2, 4);
    expect(isIntact(3, 4)).toBe(false);
  });
  test("leaves the slot taken until its holder drops it", () => {
    original(1, 4);
    derive(1, 2, 4);
    revokeSlot(1, 4);
    expect<u32>(freeSlot(2, 4)).toBe(5);
    emptySlot(2, 4);
    expect<u32>(freeSlot(2, 4)).toBe(4);
  });
});

describe("derivation", () => {
  test("ends at its greatest depth", () => {
    original(0, 9);
    let cell: u32 = 0;
    while (cell < 40 && derive(cell, cell + 1, 9)) ++cell;
    expect<u32>(cell).toBe(DERIVATION_DEPTH - 1, "the original is a level of its own");
    revokeSlot(0, 9);
    for (let each: u32 = 1; each <= cell; ++each) expect(isIntact(each, 9)).toBe(false);
  });
  test("takes no more than the slots: every cell may hand on all that it has", () => {
    for (let cell: u32 = 0; cell < 20; ++cell) for (let slot: u32 = 1; slot < SLOTS; ++slot) original(cell, slot);
    for (let cell: u32 = 0; cell < 20; ++cell) {
      for (let slot: u32 = 1; slot < SLOTS; ++slot) {
        if (derive(cell, cell + 20, slot) && derive(cell + 20, cell + 40, slot)) continue;
        expect<u32>(cell).toBe(20, "this cell could not hand on a slot");
        return;
      }
    }
    for (let cell: u32 = 0; cell < 20; ++cell) revokeSlot(cell, 40);
    for (let cell: u32 = 0; cell < 20; ++cell) {
      expect(isIntact(cell + 40, 40)).toBe(false);
      expect(isIntact(cell + 40, 41)).toBe(true);
      expect<u32>(leafBelow(slotAt(cell, 40))).toBe(0);
    }
  });
});
