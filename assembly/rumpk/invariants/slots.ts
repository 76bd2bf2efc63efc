/*
 * Invariants of capability.ts and slots.ts, and of the places of given.ts behind the slots: a cell's bits say which of
 * its slots hold something; the links of derivation go both ways and lead to the same object; every reference that an
 * object counts is a capability somewhere.
 */
import { CAP_CELL, CAP_CHANNEL, CAP_NONE, CAP_PORT, CAP_REVOKED } from "../../abi/rights";
import { SPAWN_GRANTS_MAX } from "../../abi/spawn";
import { Capability, NO_PLACE, capabilityIn, slotAt } from "../object/capability";
import { cellAt } from "../run/cell";
import { grantPlace } from "../keep/given";
import { CELLS, DERIVATION_DEPTH, SLOTS } from "../base/limits";
import { SCRATCH_AT } from "../base/tables";

/** Capabilities to each cell, counted here: a u32 each. */
const COUNTS: usize = SCRATCH_AT;


@inline
function isHeld(capability: Capability): bool {
  return capability.kind != CAP_NONE && capability.kind != CAP_REVOKED;
}

function checkBelow(place: u32, capability: Capability): void {
  let before = NO_PLACE;
  for (let child: u32 = capability.below; child != NO_PLACE; child = capabilityIn(child).behind) {
    assert(capabilityIn(child).above == place, "what hangs below a capability knows it");
    assert(capabilityIn(child).before == before, "neighbours know each other");
    before = child;
  }
}

function checkAbove(capability: Capability): void {
  const above = capabilityIn(capability.above);
  assert(isHeld(above), "what something hangs below is held");
  assert(above.level <= capability.level, "levels never fall along a chain");
  const same = above.kind == capability.kind && above.object == capability.object;
  assert(same || (above.kind == CAP_PORT && capability.kind == CAP_CHANNEL), "what is granted is what was held");
}

/** Checks one place and counts what it refers to. */
function checkPlace(place: u32): void {
  const capability = capabilityIn(place);
  if (!isHeld(capability)) {
    assert(capability.above == NO_PLACE && capability.below == NO_PLACE, "what is not held hangs nowhere");
    return;
  }
  assert(capability.level >= 1 && capability.level <= DERIVATION_DEPTH, "a chain has an end");
  checkBelow(place, capability);
  if (capability.above != NO_PLACE) checkAbove(capability);
  if (capability.kind != CAP_CELL) return;
  assert(cellAt(capability.object).serial == capability.serial, "a capability to a cell is to that cell");
  const count = COUNTS + (capability.object << 2);
  store<u32>(count, load<u32>(count) + 1);
}

export function checkSlots(): void {
  memory.fill(COUNTS, 0, CELLS << 2);
  for (let index: u32 = 0; index < CELLS; ++index) {
    const slots = cellAt(index).slots;
    assert((slots & 1) == 0 && slots >> SLOTS == 0, "slots are 1 to 62");
    for (let slot: u32 = 1; slot < SLOTS; ++slot) {
      const held = slotAt(index, slot).kind != CAP_NONE;
      assert(((slots >> slot) & 1) == <u64>held, "a cell's bits say which slots hold something");
      if (held) checkPlace((index << 6) | slot);
    }
    for (let n: u32 = 0; n < SPAWN_GRANTS_MAX; ++n) checkPlace(grantPlace(index, n));
  }
  for (let index: u32 = 0; index < CELLS; ++index) {
    assert(cellAt(index).references == load<u32>(COUNTS + (index << 2)), "a cell counts who holds it");
  }
}
