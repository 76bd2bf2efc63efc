/*
 * Invariants of given.ts and quota.ts: a record holds nothing for a cell that is not alive, and nothing widens from it
 * to an instance; what a cell is charged is what names it as its payer, and its checkpoints.
 */
import { CELL_ENDED, CELL_FREE } from "../../abi/cell";
import { CAP_NONE } from "../../abi/rights";
import { GIVE_CELLS, GIVE_LEDGER, GIVE_MOUNTS } from "../../abi/image";
import { SPAWN_GRANTS_MAX } from "../../abi/spawn";
import { capabilityIn, slotAt } from "../object/capability";
import { Cell, cellAt, cellIsAlive, cellIsComing } from "../run/cell";
import { channelAt } from "../object/channel";
import { channelCharge } from "../object/ends";
import { checkpointCharge } from "../keep/checkpoint";
import { givenOf, grantPlace } from "../keep/given";
import { imageAt } from "../object/image";
import { CELLS, CHANNELS, NO_CELL } from "../base/limits";
import { PROMISE_BITS } from "../authority/pledge";
import { NO_PAYER, quotaOf } from "../object/quota";
import { SCRATCH_AT } from "../base/tables";

/** What each cell is charged, as counted here: bytes u32, channels u32. */
const SUMS: usize = SCRATCH_AT;

function checkRecord(index: u32, cell: Cell): void {
  const image = imageAt(cell.image);
  const given = givenOf(index);
  assert((cell.promises & ~given.promises & PROMISE_BITS) == 0, "an instance promises no more than the record");
  assert((given.promises & ~image.promises & PROMISE_BITS) == 0, "a record promises no more than the manifest");
  assert(given.wires >> image.channels == 0, "a record wires channels of the manifest");
  assert((given.holds & ~(GIVE_CELLS | GIVE_LEDGER | GIVE_MOUNTS)) == 0, "a record holds what it can");
  assert(cell.parent == NO_CELL || given.mayGive == 0, "who was spawned may give nothing on");
}

/** What the instance holds of its record's grants is at most what they are. */
function checkGrants(index: u32): void {
  for (let n: u32 = 0; n < SPAWN_GRANTS_MAX; ++n) {
    const grant = capabilityIn(grantPlace(index, n));
    if (grant.kind == CAP_NONE) continue;
    assert(cellIsComing(cellAt(index)), "a record holds nothing for who is not alive");
    assert(((((<u64>givenOf(index).wires) << 1) >> grant.slot) & 1) == 0, "what was granted is not wired");
    const held = slotAt(index, grant.slot);
    if (held.given == 0 || held.kind != grant.kind) continue;
    assert(held.object == grant.object && held.end == grant.end, "a given slot holds what the record says");
    assert((held.rights & ~grant.rights) == 0, "an instance has no more rights than the record");
  }
}

function sumUp(): void {
  memory.fill(SUMS, 0, CELLS << 3);
  for (let index: u32 = 0; index < CHANNELS; ++index) {
    const channel = channelAt(index);
    if (channel.used == 0 || channel.payer == NO_PAYER) continue;
    const sum = SUMS + ((<usize>channel.payer) << 3);
    store<u32>(sum, load<u32>(sum) + channelCharge(index));
    store<u32>(sum, load<u32>(sum, 4) + 1, 4);
  }
}

export function checkGiven(): void {
  sumUp();
  for (let index: u32 = 0; index < CELLS; ++index) {
    const cell = cellAt(index);
    if (cellIsAlive(cell)) checkRecord(index, cell);
    checkGrants(index);
    const quota = quotaOf(index);
    const sum = SUMS + ((<usize>index) << 3);
    assert(quota.arena == load<u32>(sum) + checkpointCharge(cell), "a cell is charged with its rings and checkpoints");
    assert(quota.channels == load<u32>(sum, 4), "a cell is charged with its channels");
    const over = cell.state == CELL_FREE || cell.state == CELL_ENDED;
    assert(!over || (quota.arena | quota.channels) == 0, "nothing is charged to a cell that has ended");
  }
}
