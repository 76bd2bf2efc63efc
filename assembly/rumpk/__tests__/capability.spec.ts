/*
 * Capabilities: rights are what was given, revocation reaches everything derived and nothing else, nodes come back.
 */
import { CAP_CELLS, CAP_PORT, RIGHT_RECV, RIGHT_SEND, RIGHTS_ALL } from "../../abi/rights";
import { EACCES, EBADF } from "../../abi/errno";
import {
  capabilitiesReset,
  checkSlot,
  deriveNode,
  emptySlot,
  fillSlot,
  freeSlot,
  isIntact,
  revoke,
  slotAt,
} from "../capability";
import { DERIVATION_DEPTH, NODES, SLOTS } from "../limits";
import { freshKernel } from "./machine";

beforeEach(() => {
  freshKernel();
  capabilitiesReset();
});

/** Derives a capability in `slot` of `to` from one in `slot` of `from`; false when no node could be made. */
function derive(from: u32, to: u32, slot: u32): bool {
  const node = deriveNode(slotAt(from, slot));
  if (node == 0) return false;
  fillSlot(to, slot, CAP_PORT, 0, RIGHT_SEND, 7, 0, node);
  return true;
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
    revoke(slotAt(1, 4));
    expect(isIntact(slotAt(1, 4))).toBe(true);
    expect(isIntact(slotAt(2, 4))).toBe(false);
    expect(isIntact(slotAt(3, 4))).toBe(false);
    expect<i32>(checkSlot(3, 4, CAP_PORT, RIGHT_SEND)).toBe(EBADF);
  });
  test("in the middle of a chain spares what is above", () => {
    original(1, 4);
    derive(1, 2, 4);
    derive(2, 3, 4);
    revoke(slotAt(2, 4));
    expect(isIntact(slotAt(2, 4))).toBe(true);
    expect(isIntact(slotAt(3, 4))).toBe(false);
  });
  test("of one capability does not touch an unrelated one", () => {
    original(1, 4);
    original(1, 5);
    derive(1, 2, 4);
    derive(1, 2, 5);
    revoke(slotAt(1, 4));
    expect(isIntact(slotAt(2, 4))).toBe(false);
    expect(isIntact(slotAt(2, 5))).toBe(true);
  });
  test("leaves grants made afterwards alone", () => {
    original(1, 4);
    derive(1, 2, 4);
    revoke(slotAt(1, 4));
    expect(derive(1, 3, 4)).toBe(true);
    expect(isIntact(slotAt(3, 4))).toBe(true);
    expect(isIntact(slotAt(2, 4))).toBe(false);
  });
  test("still holds when the node has been used again", () => {
    original(1, 4);
    derive(1, 2, 4);
    revoke(slotAt(1, 4));
    emptySlot(1, 4);
    for (let slot: u32 = 1; slot < 30; ++slot) {
      original(5, slot);
      derive(5, 6, slot);
    }
    expect(isIntact(slotAt(2, 4))).toBe(false);
  });
});

describe("derivation", () => {
  test("ends at its greatest depth", () => {
    original(0, 9);
    let cell: u32 = 0;
    while (cell < 40 && derive(cell, cell + 1, 9)) ++cell;
    expect<u32>(cell).toBe(DERIVATION_DEPTH - 1, "the original has a node of its own");
    revoke(slotAt(0, 9));
    for (let each: u32 = 1; each <= cell; ++each) expect(isIntact(slotAt(each, 9))).toBe(false);
  });
  test("gives its nodes back: more grants in turn than there are nodes", () => {
    for (let round: u32 = 0; round < 2 * NODES; ++round) {
      original(1, 4);
      if (!derive(1, 2, 4)) {
        expect<u32>(round).toBe(2 * NODES, "no node left in this round");
        return;
      }
      emptySlot(2, 4);
      emptySlot(1, 4);
    }
  });
  test("answers 0 when every node is in use, and works again when one is free", () => {
    for (let cell: u32 = 0; cell < 16; ++cell) for (let slot: u32 = 1; slot < SLOTS; ++slot) original(cell, slot);
    let made: u32 = 0;
    for (let cell: u32 = 0; cell < 16; ++cell) {
      for (let slot: u32 = 1; slot < SLOTS; ++slot) if (derive(cell, cell + 20, slot)) ++made;
    }
    expect<u32>(made).toBe((NODES - 1) / 2);
    expect<u32>(deriveNode(slotAt(15, 62))).toBe(0);
    emptySlot(20, 1);
    expect<u32>(deriveNode(slotAt(0, 1))).not.toBe(0);
  });
});
