/*
 * Slots and their objects together: filling a slot counts a reference to its object, dropping it gives the reference
 * back and does what follows: a channel end hangs up, a cell's table entry is freed, a device window is unmapped. A
 * revoke does the same with everything derived from a slot. The slots themselves stay taken, so that their holders do
 * not mistake a later capability for the one they had.
 */
import { CAP_CELL, CAP_CELLS, CAP_CHANNEL, CAP_DEVICE, CAP_NONE, CAP_PORT, CAP_REVOKED } from "../../abi/rights";
import { AUDIT_CLOSE } from "../../abi/audit";
import { CELL_FREE } from "../../abi/cell";
import { audit } from "../keep/audit";
import {
  Capability,
  capabilityIn,
  emptySlot,
  fillSlot,
  GIVEN_FIRST,
  leafBelow,
  NO_PLACE,
  slotAt,
  unchain,
} from "../object/capability";
import { cellAt, cellRelease } from "../run/cell";
import { KERNEL_END, channelAt, endGone, endSlots, endOf } from "../object/channel";
import { channelAttach, channelDetach, channelMoveOwner, channelPayer } from "../object/ends";
import { checkpointsDrop } from "../keep/checkpoint";
import { NO_PAYER } from "../object/quota";
import { deviceDetach } from "../object/device";
import { forgetObject, forgetSlot } from "../run/event";
import { givenDrop } from "../keep/given";
import { reckonKin } from "../object/kin";
import { CELLS, SLOT_STRIDE } from "../base/limits";
import { lendsForget } from "../object/lend";
import { wakeOnRoom, wakeOnSlot } from "../run/pending";
import { promiseOf } from "../object/image";

/** Puts end `end` of a channel into an empty slot, which is told about its messages from now on. */
export function putChannel(index: u32, slot: u32, channelIndex: u32, end: u32, rights: u32, above: u32): void {
  const record = channelAt(channelIndex);
  const capability = fillSlot(index, slot, CAP_CHANNEL, end, rights, channelIndex, record.serial, above);
  if (end == 0) capability.needs = promiseOf(record.port);
  channelAttach(channelIndex, end, index, slot);
  reckonKin(channelIndex);
}

/** Puts a cell into an empty slot. */
export function putCell(holder: u32, slot: u32, index: u32, rights: u32, above: u32): void {
  const record = cellAt(index);
  assert(record.state != CELL_FREE);
  fillSlot(holder, slot, CAP_CELL, 0, rights, index, record.serial, above);
  ++record.references;
}

/** Puts a port into an empty slot. */
export function putPort(index: u32, slot: u32, port: u32, rights: u32, above: u32): void {
  fillSlot(index, slot, CAP_PORT, 0, rights, port, 0, above).needs = promiseOf(port);
}

/** Puts all cells into an empty slot. */
export function putCells(index: u32, slot: u32, rights: u32): void {
  fillSlot(index, slot, CAP_CELLS, 0, rights, 0, 0, NO_PLACE);
}

/** Puts a device window of `length` bytes into an empty slot; `deviceIndex` is what deviceAttach answered. */
export function putDevice(index: u32, slot: u32, window: u32, rights: u32, deviceIndex: u32, length: u32): void {
  fillSlot(index, slot, CAP_DEVICE, 0, rights, window, deviceIndex, NO_PLACE).length = length;
}

/** A slot let go of a channel end that others still hold: makes one of those the owner. */
function reassignEnd(channelIndex: u32, end: u32): void {
  const slots = endSlots(channelAt(channelIndex), end);
  for (let holder: u32 = 0; holder < CELLS && slots != 0; ++holder) {
    for (let left = cellAt(holder).slots; left != 0; left &= left - 1) {
      const slot = <u32>ctz(left);
      const other = slotAt(holder, slot);
      if (other.kind != CAP_CHANNEL || other.object != channelIndex || other.end != end) continue;
      channelMoveOwner(channelIndex, end, holder, slot);
      return;
    }
  }
  channelMoveOwner(channelIndex, end, KERNEL_END, 0);
}

/** A cell that holds an end of a channel, or NO_PAYER. */
function holderOf(channelIndex: u32): u32 {
  for (let holder: u32 = 0; holder < CELLS; ++holder) if (holdsChannel(holder, channelIndex)) return holder;
  return NO_PAYER;
}

/** A cell let go of a channel: charges it to somebody else, or to nobody. */
function settlePayer(index: u32, channelIndex: u32): void {
  const record = channelAt(channelIndex);
  if (record.used == 0 || record.payer != index) return;
  channelPayer(channelIndex, record.port != 0 ? NO_PAYER : holderOf(channelIndex));
}

/** Whether a cell holds one of the ends of a channel. */
function holdsChannel(index: u32, channelIndex: u32): bool {
  for (let left = cellAt(index).slots; left != 0; left &= left - 1) {
    const capability = slotAt(index, <u32>ctz(left));
    if (capability.kind == CAP_CHANNEL && capability.object == channelIndex) return true;
  }
  return false;
}

/** Gives back the reference of a capability that has left its slot, and does what follows from that. */
function letGo(index: u32, kind: u32, object: u32, end: u32, serial: u32): void {
  if (kind == CAP_CHANNEL) {
    channelDetach(object, end);
    if (!holdsChannel(index, object)) {
      lendsForget(index, object);
      settlePayer(index, object);
    }
    if (channelAt(object).used == 0) audit(AUDIT_CLOSE, index, 0, channelAt(object).port);
  } else if (kind == CAP_DEVICE) deviceDetach(serial);
  else if (kind == CAP_CELL) {
    assert(cellAt(object).references != 0);
    --cellAt(object).references;
    if (cellRelease(object)) checkpointsDrop(object);
  }
}

/** Undoes a connection that was not announced yet: the server never hears of it. */
export function takeBack(client: u32, slot: u32): void {
  const capability = slotAt(client, slot);
  const kind = capability.kind;
  const channelIndex = capability.object;
  emptySlot(client, slot);
  if (kind != CAP_CHANNEL) return;
  const record = channelAt(channelIndex);
  emptySlot(endOf(record, 1).cell, endOf(record, 1).slot);
  channelDetach(channelIndex, 1);
  channelDetach(channelIndex, 0);
}

/** Takes a capability away from its holder: gives its object back and wakes a call that waits on it. */
function takeAway(place: u32): void {
  if (place >= GIVEN_FIRST) {
    givenDrop(place);
    return;
  }
  const capability = capabilityIn(place);
  const holder = place / SLOT_STRIDE;
  const slot = place % SLOT_STRIDE;
  const kind: u32 = capability.kind;
  unchain(capability);
  capability.kind = <u8>CAP_REVOKED;
  capability.rights = 0;
  capability.port = 0;
  forgetObject(cellAt(holder), slot);
  letGo(holder, kind, capability.object, capability.end, capability.serial);
  wakeOnSlot(holder, slot);
  wakeOnRoom(holder, slot);
}

/** Whether the slot that is told about an end still refers to it. */
function isOwned(channelIndex: u32, end: u32): bool {
  const record = channelAt(channelIndex);
  if (endOf(record, end).cell == KERNEL_END) return false;
  const owner = slotAt(endOf(record, end).cell, endOf(record, end).slot);
  return owner.kind == CAP_CHANNEL && owner.object == channelIndex && owner.end == end;
}

/**
 * Takes away everything derived from a slot; the slot itself stays. If that took the owner of a channel end, another
 * holder becomes its owner. False when there was nothing.
 */
export function revokeSlot(index: u32, slot: u32): bool {
  const capability = slotAt(index, slot);
  let place = leafBelow(capability);
  if (place == NO_PLACE) return false;
  for (; place != NO_PLACE; place = leafBelow(capability)) takeAway(place);
  const end: u32 = capability.end;
  if (capability.kind != CAP_CHANNEL) return true;
  if (!isOwned(capability.object, end)) reassignEnd(capability.object, end);
  reckonKin(capability.object);
  return true;
}

/** Empties a slot and gives its reference back. An empty slot stays as it is. */
export function dropSlot(index: u32, slot: u32): void {
  const capability: Capability = slotAt(index, slot);
  const kind: u32 = capability.kind;
  if (kind == CAP_NONE) return;
  const object = capability.object;
  const end: u32 = capability.end;
  emptySlot(index, slot);
  forgetSlot(cellAt(index), slot);
  letGo(index, kind, object, end, capability.serial);
  if (kind != CAP_CHANNEL) return;
  const channel = channelAt(object);
  if (!endGone(channel, end) && endOf(channel, end).cell == index && endOf(channel, end).slot == slot)
    reassignEnd(object, end);
  if (channel.used != 0) reckonKin(object);
}
