/*
 * Channels on request, and what else a channel can do: META_CHANNEL, META_CONNECT, META_RING, META_COPY.
 */
import { COPY_TO_LENDER, RING_RECV, RING_SEND } from "../../abi/calls";
import { EBADF, EINVAL, EMFILE, ENOBUFS } from "../../abi/errno";
import { CAP_CHANNEL, CAP_DEVICE, CAP_PORT, RIGHTS_ALL, RIGHT_RECV, RIGHT_SEND } from "../../abi/rights";
import { checkPromise } from "../authority/pledge";
import { putChannel } from "../authority/slots";
import { fitsU32 } from "../base/numbers";
import { ringGeometryOk } from "../base/ring";
import { announce, connectPort } from "../life/wire";
import { checkSlot, freeSlot, mayDerive, placeOf, slotAt } from "../object/capability";
import { ringTowards } from "../object/channel";
import { channelOpen } from "../object/ends";
import { lendCopy } from "../object/lend";
import { cellAt } from "../run/cell";

/** META_CHANNEL: a channel whose two ends are both in the caller's slots. */
export function makeChannel(index: u32, entrySize: i64, entryCount: i64): i64 {
  if (!fitsU32(entrySize) || !fitsU32(entryCount)) return EINVAL;
  if (!ringGeometryOk(<u32>entrySize, <u32>entryCount)) return EINVAL;
  const first = freeSlot(index, cellAt(index).firstSlot);
  const second = first == 0 ? 0 : freeSlot(index, first + 1);
  if (second == 0) return EMFILE;
  const channelIndex = channelOpen(index, 0, 0, <u32>entrySize, <u32>entryCount, <u32>entrySize, <u32>entryCount);
  if (channelIndex < 0) return ENOBUFS;
  putChannel(index, first, channelIndex, 0, RIGHTS_ALL, 0);
  putChannel(index, second, channelIndex, 1, RIGHTS_ALL, 0);
  return <i64>(first | (second << 8));
}

/** META_CONNECT: connects to the port in a slot. The new channel's slot, or a negative errno. */
export function connect(index: u32, portSlot: i64): i64 {
  if (!fitsU32(portSlot)) return EBADF;
  let refused = checkSlot(index, <u32>portSlot, CAP_PORT, 0);
  if (refused == 0) refused = checkPromise(index, <u32>portSlot);
  if (refused < 0) return refused;
  const slot = freeSlot(index, cellAt(index).firstSlot);
  if (slot == 0) return EMFILE;
  const port = slotAt(index, <u32>portSlot);
  if (!mayDerive(port)) return ENOBUFS;
  const failed = connectPort(index, slot, port.object, port.rights, placeOf(port));
  if (failed < 0) return failed;
  announce(index, slot);
  return slot;
}

/** META_RING: entry size and count of a ring, a device window's length; 0 when there is no such ring. */
export function ringGeometry(index: u32, slot: i64, direction: i64): i64 {
  if (!fitsU32(slot)) return EBADF;
  if (checkSlot(index, <u32>slot, CAP_DEVICE, 0) == 0) return slotAt(index, <u32>slot).length;
  const refused = checkSlot(index, <u32>slot, CAP_CHANNEL, 0);
  if (refused < 0) return refused;
  if (direction != RING_SEND && direction != RING_RECV) return EINVAL;
  const capability = slotAt(index, <u32>slot);
  const end: u32 = capability.end;
  const ring = ringTowards(capability.object, direction == RING_SEND ? end ^ 1 : end);
  return ring.base == 0 ? 0 : (<i64>ring.entrySize) | ((<i64>ring.entryCount) << 32);
}

/** META_COPY: copies from or to what the peer lends. Bytes copied, or a negative errno. */
export function copy(index: u32, what: i64, offset: i64, range: i64): i64 {
  if (what < 0 || what >= COPY_TO_LENDER * 2 || range < 0 || offset < 0) return EINVAL;
  const slot = (<u32>what) & 0xff;
  const direction = (<u32>what) & COPY_TO_LENDER;
  let refused = checkSlot(index, slot, CAP_CHANNEL, direction != 0 ? RIGHT_SEND : RIGHT_RECV);
  if (refused == 0) refused = checkPromise(index, slot);
  if (refused < 0) return refused;
  const capability = slotAt(index, slot);
  const id = ((<u32>what) >> 8) & 0xff;
  return lendCopy(index, capability.object, capability.end, id, direction, <u64>offset, <u32>range, <u32>(range >> 32));
}
