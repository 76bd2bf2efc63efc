/*
 * mask, grant and map: what a cell does with the authority it has. mask narrows, drops and revokes; grant hands on; map
 * lends memory over a channel or names the window of a device. None of them can widen anything.
 */
import { CAP_CELL, CAP_CHANNEL, CAP_DEVICE, CAP_NONE, CAP_PORT, CAP_REVOKED, MASK_REVOKE } from "../../abi/rights";
import { RIGHT_GRANT, RIGHT_MAP, RIGHT_MASK, RIGHTS_ALL } from "../../abi/rights";
import { AUDIT_GRANT, AUDIT_REVOKE } from "../../abi/audit";
import { COST_GRANT, COST_MAP, COST_MASK } from "../../abi/energy";
import { EACCES, EBADF, EFAULT, EINVAL, EMFILE, ENOBUFS, EPERM, EPIPE } from "../../abi/errno";
import { EVENT_GRANT } from "../../abi/event";
import { IMAGE_ACCEPTS_GRANTS } from "../../abi/image";
import { audit, entityOf } from "../keep/audit";
import { Capability, freeSlot, mayDerive, placeOf, slotAt } from "../object/capability";
import { cellAt, cellIsComing } from "../run/cell";
import { channelAt, isSessionClient, peerCell } from "../object/channel";
import { chargeCall } from "../run/energy";
import { raise } from "../run/event";
import { imageAt } from "../object/image";
import { lendMake } from "../object/lend";
import { NO_CELL, SLOTS } from "../base/limits";
import { checkPromise } from "../authority/pledge";
import { ownsMemory } from "../base/report";
import { dropSlot, putCell, putChannel, putPort, revokeSlot } from "../authority/slots";

/** mask(slot, rights): docs/abi.md. */
export function mask(index: u32, slot: u32, rights: u32): i64 {
  if (slot - 1 >= SLOTS - 1) return EBADF;
  const capability = slotAt(index, slot);
  if (capability.kind == CAP_NONE) return EBADF;
  if ((rights & ~(RIGHTS_ALL | MASK_REVOKE)) != 0) return EINVAL;
  const keep = rights & RIGHTS_ALL;
  if (keep != 0 || (rights & MASK_REVOKE) != 0) {
    if (capability.kind == CAP_REVOKED) return EBADF;
    if ((capability.rights & RIGHT_MASK) == 0 && capability.kind == CAP_CHANNEL) return EACCES;
  }
  if ((rights & MASK_REVOKE) != 0 && revokeSlot(index, slot)) {
    audit(AUDIT_REVOKE, index, entityOf(cellAt(index)), slot);
  }
  if (keep == 0) dropSlot(index, slot);
  else capability.rights &= <u16>keep;
  chargeCall(cellAt(index), COST_MASK);
  return 0;
}

/** The cell that `to` means: the cell in the slot, or the peer of the channel in it. NO_CELL when it is neither. */
function receiverOf(index: u32, to: u32): u32 {
  if (to - 1 >= SLOTS - 1) return NO_CELL;
  const capability = slotAt(index, to);
  if (capability.kind == CAP_CELL) return (capability.rights & RIGHT_GRANT) != 0 ? capability.object : NO_CELL;
  if (capability.kind == CAP_CHANNEL) return peerCell(channelAt(capability.object), capability.end);
  return NO_CELL;
}

function handOn(capability: Capability, receiver: u32, slot: u32, rights: u32): void {
  const above = placeOf(capability);
  if (capability.kind == CAP_CHANNEL) putChannel(receiver, slot, capability.object, capability.end, rights, above);
  else if (capability.kind == CAP_CELL) putCell(receiver, slot, capability.object, rights, above);
  else putPort(receiver, slot, capability.object, rights, above);
}

/** grant(slot, to, rights): docs/abi.md. */
export function grant(index: u32, slot: u32, to: u32, rights: u32): i64 {
  if (slot - 1 >= SLOTS - 1) return EBADF;
  const capability = slotAt(index, slot);
  const kind: u32 = capability.kind;
  if (kind == CAP_NONE || kind == CAP_REVOKED) return EBADF;
  if (kind != CAP_CHANNEL && kind != CAP_CELL && kind != CAP_PORT) return EINVAL;
  if ((capability.rights & RIGHT_GRANT) == 0 || isSessionClient(capability)) return EACCES;
  if (rights == 0) return EINVAL;
  if ((rights & ~(<u32>capability.rights)) != 0) return EPERM;
  const receiver = receiverOf(index, to);
  if (receiver == NO_CELL) return EBADF;
  const target = cellAt(receiver);
  if (!cellIsComing(target)) return EPIPE;
  if ((imageAt(target.image).flags & IMAGE_ACCEPTS_GRANTS) == 0) return EACCES;
  const free = freeSlot(receiver, target.firstSlot);
  if (free == 0) return EMFILE;
  if (!mayDerive(capability)) return ENOBUFS;
  handOn(capability, receiver, free, rights);
  raise(receiver, EVENT_GRANT, free);
  audit(AUDIT_GRANT, index, entityOf(target), kind, rights, capability.object);
  chargeCall(cellAt(index), COST_GRANT);
  return free;
}

/** map(slot, pointer, length, flags): docs/abi.md. */
export function map(index: u32, slot: u32, pointer: u32, length: u32, flags: u32): i64 {
  if (slot - 1 >= SLOTS - 1) return EBADF;
  const capability = slotAt(index, slot);
  if (capability.kind != CAP_CHANNEL && capability.kind != CAP_DEVICE) return EBADF;
  if ((capability.rights & RIGHT_MAP) == 0) return EACCES;
  if (checkPromise(index, slot) < 0) return EPERM;
  let answer: i32 = capability.object;
  if (capability.kind == CAP_CHANNEL) {
    if (!ownsMemory(index, pointer, length)) return EFAULT;
    answer = lendMake(index, capability.object, capability.end, pointer, length, flags);
  }
  if (answer >= 0) chargeCall(cellAt(index), COST_MAP);
  return answer;
}
