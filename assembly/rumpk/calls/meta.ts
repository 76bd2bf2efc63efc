/*
 * meta: the thirteenth entry, the only door for what comes later. Small questions about oneself, ports, channels and
 * cells. An operation that is not known answers -ENOSYS. Numbers and arguments: abi/calls.ts.
 */
import {
  ABI_VERSION,
  CLOCK_MONOTONIC,
  CLOCK_REAL,
  COPY_TO_LENDER,
  LOOKUP_CELLS,
  LOOKUP_DEVICE,
  LOOKUP_LEDGER,
  META_ARGS,
  META_CHANNEL,
  META_CLOCK,
  META_CONNECT,
  META_COPY,
  META_DENY,
  META_ENERGY,
  META_ENTROPY,
  META_INFO,
  META_KILL,
  META_LOOKUP,
  META_PROMISES,
  META_RESTORE,
  META_REVIVE,
  META_RING,
  META_SEAL_READ,
  META_SEAL_VERDICT,
  META_SEAL_WORK,
  META_SELF,
  META_UNVEIL_OF,
  META_VERSION,
  RING_RECV,
  RING_SEND,
} from "../../abi/calls";
import { AUDIT_CLAIM, AUDIT_VIOLATION } from "../../abi/audit";
import { CAP_CELL, CAP_CELLS, CAP_CHANNEL, CAP_DEVICE, CAP_PORT } from "../../abi/rights";
import { RIGHT_INFO, RIGHT_KILL, RIGHT_RECV, RIGHT_SEND, RIGHTS_ALL } from "../../abi/rights";
import { CAUSE_KILLED, CAUSE_PLEDGE, CELL_FREE, CellInfo, WHERE_SIZE } from "../../abi/cell";
import { EBADF, EFAULT, EINVAL, EMFILE, EMSGSIZE, ENOBUFS, ENOENT, ENOSYS, EPERM, EPIPE } from "../../abi/errno";
import { IMAGE_LEDGER } from "../../abi/image";
import { argumentsAt, argumentsOf } from "../keep/arguments";
import { audit, entityOf } from "../keep/audit";
import { doomOrEnd, endCell, endsOf, revive, startVerified } from "../life/blink";
import { checkSlot, freeSlot, mayDerive, placeOf, slotAt, slotOfPort } from "../object/capability";
import { Cell, cellAt, cellIsAlive, cellIsComing, placeAt } from "../run/cell";
import { channelAt, channelOpen, peerCell, ringTowards, takeDenial } from "../object/channel";
import { restore } from "../keep/checkpoint";
import { energyOf } from "../run/energy";
import { cellWrite, entropy, timeNow } from "../base/hal";
import { imageAt } from "../object/image";
import { lendCopy } from "../object/lend";
import { CELLS, NO_CELL, SLOTS } from "../base/limits";
import { announce, connectPort } from "../life/loader";
import { bootTime, ramSize } from "../base/machine";
import { checkPromise, PROMISE_BITS } from "../authority/pledge";
import { readReport } from "../base/report";
import { restOf } from "../run/rest";
import { ringGeometryOk } from "../base/ring";
import { siphash } from "../base/siphash";
import { promiseOf, putChannel } from "../authority/slots";
import { SCRATCH_ENTROPY, SCRATCH_ENTROPY_SIZE, SCRATCH_INFO, SCRATCH_INFO_SIZE, SCRATCH_PATH } from "../base/tables";
import { readPath, unveiledAt } from "../authority/unveil";
import { sealRead, sealVerdict, sealWork } from "../life/verify";

if (offsetof<CellInfo>() > SCRATCH_INFO_SIZE) ERROR("a CellInfo is larger than its place");

/** META_PROMISES: where the spectrum stands, so that the answer is never negative. */
const SPECTRUM_ANSWER: i64 = 61;
/** Most random bytes in one call. */
const ENTROPY_MAX: u32 = 256;
if (ENTROPY_MAX > SCRATCH_ENTROPY_SIZE) ERROR("ENTROPY_MAX bytes do not fit their place");


@inline
function fitsU32(value: i64): bool {
  return <u64>value <= <u64>u32.MAX_VALUE;
}

function clock(which: i64): i64 {
  if (which == CLOCK_MONOTONIC) return timeNow();
  return which == CLOCK_REAL ? <i64>bootTime + timeNow() : EINVAL;
}

function copyArguments(index: u32, pointer: i64, capacity: i64): i64 {
  const length = argumentsOf(cellAt(index)).length;
  if (!fitsU32(pointer) || !fitsU32(capacity)) return EFAULT;
  if (<u32>capacity < length) return EMSGSIZE;
  return cellWrite(index, <u32>pointer, argumentsAt(index), length) < 0 ? <i64>EFAULT : <i64>length;
}

function randomBytes(index: u32, pointer: i64, length: i64): i64 {
  if (!fitsU32(pointer)) return EFAULT;
  if (<u64>length > ENTROPY_MAX) return EINVAL;
  const failed = entropy(SCRATCH_ENTROPY, <u32>length);
  if (failed < 0) return failed;
  const refused = cellWrite(index, <u32>pointer, SCRATCH_ENTROPY, <u32>length);
  memory.fill(SCRATCH_ENTROPY, 0, ENTROPY_MAX);
  return refused < 0 ? EFAULT : length;
}

function lookup(index: u32, what: i64): i64 {
  if (what <= 0 || what > LOOKUP_LEDGER) return EINVAL;
  const image = imageAt(cellAt(index).image);
  let slot: u32 = 0;
  if (what < LOOKUP_DEVICE) slot = slotOfPort(index, <u32>what);
  else if (what < LOOKUP_DEVICE + image.devices) {
    slot = 1 + image.channels + <u32>(what - LOOKUP_DEVICE);
    if (slotAt(index, slot).kind != CAP_DEVICE) slot = 0;
  } else if (what == LOOKUP_CELLS) {
    slot = 1 + image.channels + image.devices;
    if (slot >= SLOTS || slotAt(index, slot).kind != CAP_CELLS) slot = 0;
  } else if (what == LOOKUP_LEDGER && (image.flags & IMAGE_LEDGER) != 0) {
    slot = 2 + image.channels + image.devices;
    if (slotAt(index, slot).kind != CAP_CHANNEL) slot = 0;
  }
  return slot != 0 ? <i64>slot : <i64>ENOENT;
}

/** A channel whose two ends are both in the caller's slots. */
function makeChannel(index: u32, slotSize: i64, slotCount: i64): i64 {
  if (!fitsU32(slotSize) || !fitsU32(slotCount)) return EINVAL;
  if (!ringGeometryOk(<u32>slotSize, <u32>slotCount)) return EINVAL;
  const first = freeSlot(index, cellAt(index).firstSlot);
  const second = first == 0 ? 0 : freeSlot(index, first + 1);
  if (second == 0) return EMFILE;
  const channel = channelOpen(index, 0, 0, <u32>slotSize, <u32>slotCount, <u32>slotSize, <u32>slotCount);
  if (channel < 0) return ENOBUFS;
  putChannel(index, first, channel, 0, RIGHTS_ALL, 0);
  putChannel(index, second, channel, 1, RIGHTS_ALL, 0);
  return <i64>(first | (second << 8));
}

function connect(index: u32, portSlot: i64): i64 {
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

function ringGeometry(index: u32, slot: i64, direction: i64): i64 {
  if (!fitsU32(slot)) return EBADF;
  if (checkSlot(index, <u32>slot, CAP_DEVICE, 0) == 0) return slotAt(index, <u32>slot).length;
  const refused = checkSlot(index, <u32>slot, CAP_CHANNEL, 0);
  if (refused < 0) return refused;
  if (direction != RING_SEND && direction != RING_RECV) return EINVAL;
  const capability = slotAt(index, <u32>slot);
  const end: u32 = capability.end;
  const ring = ringTowards(capability.object, direction == RING_SEND ? end ^ 1 : end);
  return ring.base == 0 ? 0 : (<i64>ring.slotSize) | ((<i64>ring.slotCount) << 32);
}

function copy(index: u32, what: i64, offset: i64, range: i64): i64 {
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

/** The cell that INFO and KILL mean, or a negative errno. */
function cellMeant(index: u32, slot: i64, which: i64, right: u32): i32 {
  if (!fitsU32(slot)) return EBADF;
  if (checkSlot(index, <u32>slot, CAP_CELLS, right) == 0) {
    if (<u64>which >= CELLS) return EINVAL;
    return cellAt(<u32>which).state == CELL_FREE ? ENOENT : <i32>which;
  }
  const refused = checkSlot(index, <u32>slot, CAP_CELL, right);
  return refused < 0 ? refused : slotAt(index, <u32>slot).object;
}

function openChannels(index: u32): u32 {
  let count: u32 = 0;
  for (let left = cellAt(index).slots; left != 0; left &= left - 1) {
    if (slotAt(index, <u32>ctz(left)).kind == CAP_CHANNEL) ++count;
  }
  return count;
}

function fillInfo(index: u32, cell: Cell): void {
  const info = changetype<CellInfo>(SCRATCH_INFO);
  const energy = energyOf(cell);
  const ends = endsOf(cell);
  memory.copy(SCRATCH_INFO, changetype<usize>(imageAt(cell.image)), 32);
  info.cell = index;
  info.generation = cell.generation;
  info.state = cell.state;
  info.spectrum = cell.spectrum;
  info.pages = cellIsAlive(cell) ? readReport(index).pages : 0;
  info.channels = openChannels(index);
  info.faults = ends.faults;
  info.cause = cell.cause;
  info.runtime = energy.runtime;
  info.energy = energy.spent;
  info.address = ends.address;
  info.pc = ends.pc;
  info.status = cell.status;
  info.parent = cell.parent;
  info.ram = ramSize;
  info.promises = cell.promises;
  info.policy = imageAt(cell.image).restart;
  info.restarts = ends.restarts;
  info.restartLimit = imageAt(cell.image).restartLimit;
  info.strikes = restOf(cell).strikes;
  memory.copy(SCRATCH_INFO + offsetof<CellInfo>("where0"), placeAt(index), WHERE_SIZE);
}

function info(index: u32, slot: i64, which: i64, pointer: i64): i64 {
  const meant = cellMeant(index, slot, which, RIGHT_INFO);
  if (meant < 0) return meant;
  if (!fitsU32(pointer)) return EFAULT;
  fillInfo(meant, cellAt(meant));
  const size = <u32>offsetof<CellInfo>();
  return cellWrite(index, <u32>pointer, SCRATCH_INFO, size) < 0 ? <i64>EFAULT : <i64>size;
}

/** Kills a cell: for good by the slot that holds it, up to its restart policy by the slot that holds all cells. */
function kill(index: u32, slot: i64, which: i64): i64 {
  const meant = cellMeant(index, slot, which, RIGHT_KILL);
  if (meant < 0) return meant;
  if (meant == index) return EINVAL;
  if (!cellIsComing(cellAt(meant))) return 0;
  endCell(meant, CAUSE_KILLED, 0, slotAt(index, <u32>slot).kind == CAP_CELL);
  return 0;
}

/** The client of a service in the caller's slot, or a negative errno. */
function clientIn(index: u32, slot: i64): i32 {
  if (!fitsU32(slot)) return EBADF;
  const refused = checkSlot(index, <u32>slot, CAP_CHANNEL, 0);
  if (refused < 0) return refused;
  const capability = slotAt(index, <u32>slot);
  const channel = channelAt(capability.object);
  if (capability.end != 1 || channel.port == 0) return EINVAL;
  const client = peerCell(channel, 1);
  return client == NO_CELL ? EPIPE : client;
}

/** The path in a pointer and a length, copied to SCRATCH_PATH. Its length or a negative errno. */
function pathIn(index: u32, range: i64): i32 {
  if (range < 0) return EINVAL;
  const length = <u32>(range >> 32);
  const failed = readPath(index, <u32>range, length);
  return failed < 0 ? failed : length;
}

function unveilOf(index: u32, slot: i64, range: i64): i64 {
  const client = clientIn(index, slot);
  if (client < 0) return client;
  const length = pathIn(index, range);
  return length < 0 ? length : unveiledAt(client, SCRATCH_PATH, length);
}

/**
 * A server refused its client a request. The kernel knows that there is one, what its port stands for and what the client
 * promises; the path is what the server says, and the ledger has it as that. A client that lacks the promise dies.
 */
function deny(index: u32, slot: i64, promise: i64, range: i64): i64 {
  const client = clientIn(index, slot);
  if (client < 0) return client;
  const channel = slotAt(index, <u32>slot).object;
  if ((promise & ~(<i64>promiseOf(channelAt(channel).port))) != 0) return EINVAL;
  const length = pathIn(index, range);
  if (length < 0) return length;
  const cell = cellAt(client);
  if ((cell.promises & promise) != 0 || !takeDenial(channel)) return EPERM;
  audit(AUDIT_CLAIM, index, siphash(SCRATCH_PATH, length), promise, client, entityOf(cell));
  if (promise == 0) return 0;
  audit(AUDIT_VIOLATION, client, entityOf(cellAt(index)), promise, cell.promises);
  doomOrEnd(client, CAUSE_PLEDGE);
  return 0;
}

function reviveCell(index: u32, slot: i64, which: i64): i64 {
  if (!fitsU32(slot)) return EBADF;
  const refused = checkSlot(index, <u32>slot, CAP_CELLS, RIGHT_KILL);
  if (refused < 0) return refused;
  return <u64>which < CELLS ? revive(<u32>which) : EINVAL;
}

function verdict(index: u32, answer: i64, classes: i64): i64 {
  if (!fitsU32(answer) || !fitsU32(classes)) return EINVAL;
  const failed = sealVerdict(index, <u32>answer, <u32>classes);
  if (failed == 0) startVerified();
  return failed;
}

/** meta(op, a, b, c): docs/abi.md. */
export function meta(index: u32, op: i32, a: i64, b: i64, c: i64): i64 {
  switch (op) {
    case META_VERSION:
      return ABI_VERSION;
    case META_SELF:
      return (<i64>index) | ((<i64>cellAt(index).generation) << 16);
    case META_CLOCK:
      return clock(a);
    case META_ENERGY:
      return energyOf(cellAt(index)).spent;
    case META_ARGS:
      return copyArguments(index, a, b);
    case META_ENTROPY:
      return randomBytes(index, a, b);
    case META_LOOKUP:
      return lookup(index, a);
    case META_CHANNEL:
      return makeChannel(index, a, b);
    case META_CONNECT:
      return connect(index, a);
    case META_RING:
      return ringGeometry(index, a, b);
    case META_COPY:
      return copy(index, a, b, c);
    case META_INFO:
      return info(index, a, b, c);
    case META_KILL:
      return kill(index, a, b);
    case META_UNVEIL_OF:
      return unveilOf(index, a, b);
    case META_DENY:
      return deny(index, a, b, c);
    case META_REVIVE:
      return reviveCell(index, a, b);
    case META_RESTORE:
      return fitsU32(a) && fitsU32(b) ? restore(index, <u32>a, <u32>b) : EFAULT;
    case META_PROMISES:
      return (<i64>(cellAt(index).promises & PROMISE_BITS)) | ((<i64>cellAt(index).spectrum) << SPECTRUM_ANSWER);
    case META_SEAL_WORK:
      return fitsU32(a) ? sealWork(index, <u32>a) : EFAULT;
    case META_SEAL_READ:
      return fitsU32(a) && fitsU32(b) && fitsU32(c) ? sealRead(index, <u32>a, <u32>b, <u32>c) : EFAULT;
    case META_SEAL_VERDICT:
      return verdict(index, a, b);
    default:
      return ENOSYS;
  }
}
