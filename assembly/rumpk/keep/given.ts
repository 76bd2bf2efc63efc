/*
 * The spawn record: what a cell was given when it was spawned, apart from what its instances do with it. Every instance
 * starts with exactly this, the first one as well as one after a restart or a revival.
 *
 *   record                      fixed by                         an instance changes, for itself
 *   promises, devices           manifest, parent, SpawnSpec      pledge
 *   wires: manifest's channels  manifest, parent, public ports   mask
 *   grants, up to 16            the parent's slots               mask
 *   all cells, ledger           manifest, parent's may-give      mask
 *   mounted ports               manifest, of a boot cell only    mask
 *   paths (base list, unveil)   what the parent saw              unveil
 *   may-give                    manifest, of a boot cell only
 *
 * A grant is a capability in a place behind the slots (capability.ts), beside that of the giver: it holds its object as
 * a slot does, so that the next instance gets what this one dropped, and a revoke from above takes it out of the record
 * for good. A cell that never restarts needs no record: its grants are dropped from it once they are in the slots.
 *
 * Invariants: nothing is ever added to a record once its cell has run; a channel of the manifest in whose place
 * something was granted is not in `wires`; the record of a cell that is not alive holds nothing.
 */
import { CAP_CHANNEL, CAP_NONE } from "../../abi/rights";
import { SPAWN_GRANTS_MAX } from "../../abi/spawn";
import { Capability, GIVEN_FIRST, capabilityIn, fillPlace, unchain } from "../object/capability";
import { channelHold, channelUnhold } from "../object/ends";
import { RECORDS_AT, RECORD_STRIDE } from "../base/tables";

if (offsetof<Given>() > RECORD_STRIDE) ERROR("a Given is larger than its place");


@unmanaged
export class Given {
  /** Promises that every instance starts with, those of its devices and the spectrum included. */
  promises: u64;
  /** Bit n: the n-th channel of the manifest is opened. */
  wires: u32;
  /** GIVE_...: what it may give to cells that it spawns. */
  mayGive: u32;
  /** GIVE_CELLS, GIVE_LEDGER, GIVE_MOUNTS: what it holds itself. */
  holds: u32;
}


@inline
export function givenOf(index: u32): Given {
  return changetype<Given>(RECORDS_AT + <usize>index * RECORD_STRIDE);
}

/** The place of a cell's n-th grant. */
@inline
export function grantPlace(index: u32, n: u32): u32 {
  return GIVEN_FIRST + index * SPAWN_GRANTS_MAX + n;
}

/** Puts a grant into the record, beside the capability from which it is made; every instance finds it in `slot`. */
export function givenKeep(index: u32, n: u32, slot: u32, giver: Capability, rights: u32, port: u32): void {
  const place = grantPlace(index, n);
  const grant = fillPlace(place, giver.kind, giver.end, rights, giver.object, giver.serial, giver.above);
  grant.level = giver.level;
  grant.slot = <u8>slot;
  grant.port = port;
  if (grant.kind == CAP_CHANNEL) channelHold(grant.object, grant.end);
}

/** Takes a grant out of the record. */
export function givenDrop(place: u32): void {
  const grant = capabilityIn(place);
  const kind = grant.kind;
  if (kind == CAP_NONE) return;
  unchain(grant);
  grant.kind = <u8>CAP_NONE;
  grant.rights = 0;
  if (kind == CAP_CHANNEL) channelUnhold(grant.object, grant.end);
}

/** Takes every grant out of the record. */
export function givenForget(index: u32): void {
  for (let n: u32 = 0; n < SPAWN_GRANTS_MAX; ++n) givenDrop(grantPlace(index, n));
}
