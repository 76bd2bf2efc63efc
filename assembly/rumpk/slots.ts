/*
 * Slots and their objects together: filling a slot counts a reference to its object, dropping it gives the reference
 * back and does what follows: a channel end hangs up, a cell's table entry is freed, a device window is unmapped.
 */
import { CAP_CELL, CAP_CELLS, CAP_CHANNEL, CAP_DEVICE, CAP_NONE, CAP_PORT } from "../abi/rights";
import { AUDIT_CLOSE } from "../abi/audit";
import { PROMISE_INET, PROMISE_RPATH, PROMISE_STDIO, PROMISE_WPATH } from "../abi/energy";
import { PORT_CONSOLE_ERROR, PORT_CONSOLE_IN, PORT_LEDGER, PORT_LWF_TX, PORT_NET_RX, PORT_VFS } from "../abi/port";
import { audit } from "./audit";
import { Capability, emptySlot, fillSlot, isIntact, revoke, slotAt } from "./capability";
import { Cell, cellAt, cellRelease } from "./cell";
import { channelAt, channelAttach, channelDetach, channelMoveOwner, endCell, endSlot } from "./channel";
import { deviceDetach } from "./device";
import { forgetSlot } from "./event";
import { CELLS } from "./limits";

/** The promises of which a client of `port` needs one. */
function promiseOf(port: u32): u8 {
  if (port >= PORT_CONSOLE_IN && port <= PORT_CONSOLE_ERROR) return <u8>PROMISE_STDIO;
  if (port >= PORT_VFS && port <= PORT_LEDGER) return <u8>(PROMISE_RPATH | PROMISE_WPATH);
  return port >= PORT_NET_RX && port <= PORT_LWF_TX ? <u8>PROMISE_INET : 0;
}

/** Puts end `end` of a channel into an empty slot, which is told about its messages from now on. */
export function putChannel(cell: u32, slot: u32, channel: u32, end: u32, rights: u32, node: u32): void {
  fillSlot(cell, slot, CAP_CHANNEL, end, rights, channel, channelAt(channel).serial, node);
  if (end == 0) slotAt(cell, slot).needs = promiseOf(channelAt(channel).port);
  channelAttach(channel, end, cell, slot);
}

/** Puts a cell into an empty slot. */
export function putCell(holder: u32, slot: u32, cell: u32, rights: u32, node: u32): void {
  const record = cellAt(cell);
  fillSlot(holder, slot, CAP_CELL, 0, rights, cell, record.serial, node);
  ++record.references;
}

/** Puts a port into an empty slot. */
export function putPort(cell: u32, slot: u32, port: u32, rights: u32, node: u32): void {
  fillSlot(cell, slot, CAP_PORT, 0, rights, port, 0, node);
  slotAt(cell, slot).needs = promiseOf(port);
}

/** Puts all cells into an empty slot. */
export function putCells(cell: u32, slot: u32, rights: u32): void {
  fillSlot(cell, slot, CAP_CELLS, 0, rights, 0, 0, 0);
}

/** Puts a device window of `length` bytes into an empty slot; `line` is the interrupt line + 1, or 0. */
export function putDevice(cell: u32, slot: u32, window: u32, rights: u32, line: u32, length: u32): void {
  fillSlot(cell, slot, CAP_DEVICE, 0, rights, window, line, 0);
  slotAt(cell, slot).length = length;
}

/** Makes a slot that refers to a channel end its owner: one that is not revoked, where `intact` asks for it. */
function reassignTo(channel: u32, end: u32, intact: bool): bool {
  for (let cell: u32 = 0; cell < CELLS; ++cell) {
    for (let left = cellAt(cell).slots; left != 0; left &= left - 1) {
      const slot = <u32>ctz(left);
      const other = slotAt(cell, slot);
      if (other.kind != CAP_CHANNEL || other.object != channel || other.end != end) continue;
      if (intact && !isIntact(other)) continue;
      channelMoveOwner(channel, end, cell, slot);
      return true;
    }
  }
  return false;
}

/** After a slot let go of a channel end that others still refer to: one of them is told about messages, best one that can take them. */
function reassignEnd(channel: u32, end: u32): void {
  if (!reassignTo(channel, end, true)) reassignTo(channel, end, false);
}

/**
 * Kills everything derived from a slot; itself it stays. A channel end whose owner lost it that way gets another one of
 * those who hold it. False when nothing was ever derived; else who is blocked has to look again (wakeWaiting).
 */
export function revokeSlot(cell: u32, slot: u32): bool {
  const capability = slotAt(cell, slot);
  if (capability.node == 0) return false;
  revoke(capability);
  if (capability.kind != CAP_CHANNEL) return true;
  const channel = channelAt(capability.object);
  const end: u32 = capability.end;
  if (!isIntact(slotAt(endCell(channel, end), endSlot(channel, end)))) reassignEnd(capability.object, end);
  return true;
}

function dropChannel(cell: u32, slot: u32, channel: u32, end: u32): void {
  const record = channelAt(channel);
  const owner = endCell(record, end) == cell && endSlot(record, end) == slot;
  channelDetach(channel, end);
  if (record.used == 0) audit(AUDIT_CLOSE, cell, 0, record.port);
  if (owner && (end == 0 ? record.references0 : record.references1) != 0) reassignEnd(channel, end);
}

/** Empties a slot and gives its reference back. An empty slot stays as it is. */
export function dropSlot(cell: u32, slot: u32): void {
  const capability: Capability = slotAt(cell, slot);
  const kind: u32 = capability.kind;
  if (kind == CAP_NONE) return;
  const object = capability.object;
  const serial = capability.serial;
  const end: u32 = capability.end;
  emptySlot(cell, slot);
  const holder: Cell = cellAt(cell);
  forgetSlot(holder, slot);
  if (kind == CAP_CHANNEL) dropChannel(cell, slot, object, end);
  else if (kind == CAP_DEVICE) deviceDetach(cell, object, serial);
  else if (kind == CAP_CELL) {
    --cellAt(object).references;
    cellRelease(object);
  }
}
