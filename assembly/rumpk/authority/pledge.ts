/*
 * Promises: what a cell said it would use, and what happens when it uses something else. They come from its manifest,
 * its parent may narrow them at spawn, and pledge only takes bits away; the spectrum in bits 63:62 can only fall.
 *
 * A capability says which promises its use needs (any one of them): the client end of a service's channel and a port by
 * the port's number, a device window its own. A cell that uses it without one of them is doomed inside the call: the
 * call answers WOULD_BLOCK, so that the machine parks the fiber, and the cell ends with CAUSE_PLEDGE when its run is
 * over. Servers are told when a client's promises shrink.
 *
 * Source: pledge(2) of OpenBSD, with the kill and the audit event of the original system.
 */
import { AUDIT_PLEDGE, AUDIT_VIOLATION } from "../../abi/audit";
import { CAUSE_NONE, CAUSE_PLEDGE } from "../../abi/cell";
import { PROMISE_DEVICE, PROMISE_EXEC, SPECTRUM_SHIFT } from "../../abi/promise";
import { EPERM } from "../../abi/errno";
import { EVENT_SHRUNK } from "../../abi/event";
import { CAP_CHANNEL, CAP_DEVICE } from "../../abi/rights";
import { audit } from "../keep/audit";
import { slotAt } from "../object/capability";
import { cellAt } from "../run/cell";
import { channelAt, peerCell, endOf } from "../object/channel";
import { raise } from "../run/event";
import { NO_CELL } from "../base/limits";
import { rerank } from "../run/ready";
import { dropSlot } from "./slots";

/** The bits of promises without the spectrum. */
export const PROMISE_BITS: u64 = ((<u64>1) << SPECTRUM_SHIFT) - 1;

/** Promises that both sides have: common bits and the lower spectrum. */
export function promisesCommon(one: u64, other: u64): u64 {
  const spectrum = min<u64>(one >> SPECTRUM_SHIFT, other >> SPECTRUM_SHIFT);
  return (one & other & PROMISE_BITS) | (spectrum << SPECTRUM_SHIFT);
}

/** Sets a cell's promises, and the spectrum that they carry, by which it ranks from now on. */
export function setPromises(index: u32, promises: u64): void {
  const cell = cellAt(index);
  cell.promises = promises;
  cell.spectrum = <u32>(promises >> SPECTRUM_SHIFT);
  rerank(index);
}

/** A cell used what it had not promised: dooms it, so that it does not return from its call. Returns -EPERM. */
export function violate(index: u32, promise: u32): i32 {
  const cell = cellAt(index);
  if (cell.doom != CAUSE_NONE) return EPERM;
  cell.doom = CAUSE_PLEDGE;
  audit(AUDIT_VIOLATION, index, 0, promise, cell.promises);
  return EPERM;
}

/** 0 when the cell may spawn; else it is doomed. */
export function checkExec(index: u32): i32 {
  return (cellAt(index).promises & PROMISE_EXEC) != 0 ? 0 : violate(index, PROMISE_EXEC);
}

/** 0 when the cell's promises allow the use of its slot, which holds something; else it is doomed. */
@inline
export function checkPromise(index: u32, slot: u32): i32 {
  const needs = slotAt(index, slot).needs;
  return needs == 0 || (cellAt(index).promises & needs) != 0 ? 0 : violate(index, needs);
}

/** Tells every server of the cell that its promises, or the paths that it sees, shrank. */
export function tellServers(index: u32): void {
  for (let left = cellAt(index).slots; left != 0; left &= left - 1) {
    const capability = slotAt(index, <u32>ctz(left));
    if (capability.kind != CAP_CHANNEL || capability.end != 0) continue;
    const channel = channelAt(capability.object);
    const server = peerCell(channel, 0);
    if (channel.port != 0 && server != NO_CELL) raise(server, EVENT_SHRUNK, endOf(channel, 1).slot);
  }
}

/** Unmaps the device windows that are no longer promised: the hard pledge. */
function dropDevices(index: u32, promises: u64): void {
  for (let left = cellAt(index).slots; left != 0; left &= left - 1) {
    const slot = <u32>ctz(left);
    const capability = slotAt(index, slot);
    if (capability.kind != CAP_DEVICE) continue;
    if ((promises & ((<u64>PROMISE_DEVICE) << capability.object)) == 0) dropSlot(index, slot);
  }
}

/** pledge(promises): docs/abi.md. */
export function pledge(index: u32, promises: i64): i64 {
  const cell = cellAt(index);
  const before = cell.promises;
  const after = promisesCommon(before, <u64>promises);
  if (after != <u64>promises) return EPERM;
  if (after == before) return 0;
  setPromises(index, after);
  audit(AUDIT_PLEDGE, index, 0, before, after);
  dropDevices(index, after);
  tellServers(index);
  return 0;
}
