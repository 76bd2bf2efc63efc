/*
 * meta: the thirteenth call, and where later operations go. Small questions about oneself, ports, channels and cells.
 * An operation that is not known answers -ENOSYS. Numbers and arguments: abi/calls.ts.
 */
import {
  ABI_VERSION,
  CLOCK_MONOTONIC,
  CLOCK_REAL,
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
  META_MOUNT,
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
} from "../../abi/calls";
import { EFAULT, EINVAL, EMSGSIZE, ENOENT, ENOSYS, EPERM } from "../../abi/errno";
import { GIVE_MOUNTS, IMAGE_LEDGER, ImageRecord } from "../../abi/image";
import { CAP_CELLS, CAP_CHANNEL, CAP_DEVICE } from "../../abi/rights";
import { PROMISE_BITS } from "../authority/pledge";
import { cellWrite, entropy, timeNow } from "../base/hal";
import { SLOTS } from "../base/limits";
import { bootTime } from "../base/machine";
import { fitsU32 } from "../base/numbers";
import { SCRATCH_ENTROPY, SCRATCH_ENTROPY_SIZE } from "../base/tables";
import { argumentsAt, argumentsOf } from "../keep/arguments";
import { restore } from "../keep/checkpoint";
import { startVerified } from "../life/held";
import { sealRead, sealVerdict, sealWork } from "../life/verify";
import { slotAt, slotOfPort } from "../object/capability";
import { NO_IMAGE, imageAt, imageMounted, mountedPort } from "../object/image";
import { cellAt } from "../run/cell";
import { energyOf } from "../run/energy";
import { deny, unveilOf } from "./accuse";
import { connect, copy, makeChannel, ringGeometry } from "./connect";
import { info, kill, reviveCell } from "./inspect";
import { givenOf } from "../keep/given";
import { MOUNTED_PORTS, MOUNT_SIZE } from "../../abi/sizes";

/** META_PROMISES: the bit at which the spectrum starts, chosen so that the answer is never negative. */
const SPECTRUM_ANSWER: i64 = 61;
/** Most random bytes in one call. */
const ENTROPY_MAX: u32 = 256;
if (ENTROPY_MAX > SCRATCH_ENTROPY_SIZE) ERROR("ENTROPY_MAX bytes do not fit their place");

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

function verdict(index: u32, answer: i64, classes: i64): i64 {
  if (!fitsU32(answer) || !fitsU32(classes)) return EINVAL;
  const failed = sealVerdict(index, <u32>answer, <u32>classes);
  if (failed == 0) startVerified();
  return failed;
}

/** The n-th mounted port; its path goes to `pointer`. */
function mount(index: u32, n: i64, pointer: i64): i64 {
  if ((givenOf(index).holds & GIVE_MOUNTS) == 0) return EPERM;
  if (!fitsU32(pointer)) return EFAULT;
  const number = <u64>n < MOUNTED_PORTS ? imageMounted(<u32>n) : NO_IMAGE;
  if (number == NO_IMAGE) return ENOENT;
  const image = imageAt(number);
  const path = changetype<usize>(image) + offsetof<ImageRecord>("mount");
  return cellWrite(index, <u32>pointer, path, MOUNT_SIZE) < 0 ? <i64>EFAULT : <i64>mountedPort(image);
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
    case META_MOUNT:
      return mount(index, a, b);
    default:
      return ENOSYS;
  }
}
