/*
 * spawn: a new cell whose authority is a part of its parent's. The record, the arguments and the grants are copied and
 * checked before anything is made, so a refused spawn leaves nothing behind.
 */
import { ARGS_MAX, SPAWN_GRANTS_MAX, SpawnGrant, SpawnSpec } from "../abi/spawn";
import { CAP_CHANNEL, CAP_PORT, RIGHT_GRANT, RIGHT_INFO, RIGHT_JOIN, RIGHT_KILL } from "../abi/rights";
import { AUDIT_DELEGATE } from "../abi/audit";
import { CELL_ENDED, CELL_FREE } from "../abi/cell";
import { COST_SPAWN, PROMISE_DEVICE } from "../abi/energy";
import { E2BIG, EACCES, EBADF, EEXIST, EFAULT, EINVAL, EMFILE, ENOBUFS, ENOENT, EPERM } from "../abi/errno";
import { IMAGE_LEDGER, IMAGE_SEAL } from "../abi/image";
import { WINDOWS_MAX } from "../abi/systable";
import { argumentsAt } from "./arguments";
import { audit, auditSpawn } from "./audit";
import { freeSlot, slotAt } from "./capability";
import { cellAt, cellTake } from "./cell";
import { chargeCall } from "./energy";
import { cellDestroy, cellRead, quiesce } from "./hal";
import { channelOf, imageAt, imageFind, NO_IMAGE, portOf } from "./image";
import { NO_CELL, SLOTS } from "./limits";
import { cellPrepare, cellStart, portServer, wireChannels } from "./loader";
import { checkExec, promisesCommon, setPromises } from "./pledge";
import { unschedule } from "./scheduler";
import { dropSlot, putCell, putChannel, putPort } from "./slots";
import { SCRATCH_GRANTS, SCRATCH_GRANTS_SIZE, SCRATCH_SPAWN, SCRATCH_SPAWN_SIZE } from "./tables";
import { channelAt, endCell, endSlot, isSessionClient } from "./channel";
import { unveilInherit } from "./unveil";
import { admit } from "./verify";

if (offsetof<SpawnSpec>() > SCRATCH_SPAWN_SIZE) ERROR("a SpawnSpec is larger than its place");
if (SPAWN_GRANTS_MAX * offsetof<SpawnGrant>() > SCRATCH_GRANTS_SIZE)
  ERROR("SPAWN_GRANTS_MAX SpawnGrants are larger than their place");

/** The promises of all device windows. */
const DEVICE_PROMISES: u64 = <u64>PROMISE_DEVICE * ((1 << WINDOWS_MAX) - 1);


@inline
function grantAt(index: u32): SpawnGrant {
  return changetype<SpawnGrant>(SCRATCH_GRANTS + <usize>index * offsetof<SpawnGrant>());
}

/** Copies the record and its grants to scratch memory and checks them. 0 or a negative errno. */
function readSpec(parent: u32, pointer: u32, length: u32): i32 {
  const spec = changetype<SpawnSpec>(SCRATCH_SPAWN);
  if (length != offsetof<SpawnSpec>()) return EINVAL;
  if (cellRead(parent, pointer, SCRATCH_SPAWN, length) < 0) return EFAULT;
  if (spec.flags != 0 || spec.reserved != 0 || spec.grantCount > SPAWN_GRANTS_MAX) return EINVAL;
  if (spec.argsLength > ARGS_MAX) return E2BIG;
  const grantBytes = spec.grantCount * <u32>offsetof<SpawnGrant>();
  if (grantBytes != 0 && cellRead(parent, spec.grants, SCRATCH_GRANTS, grantBytes) < 0) return EFAULT;
  for (let i: u32 = 0; i < spec.grantCount; ++i) {
    const refused = checkGrant(parent, grantAt(i));
    if (refused < 0) return refused;
  }
  return 0;
}

function checkGrant(parent: u32, grant: SpawnGrant): i32 {
  if (grant.slot - 1 >= SLOTS - 1 || grant.reserved != 0) return EINVAL;
  const capability = slotAt(parent, grant.slot);
  if (capability.kind != CAP_CHANNEL && capability.kind != CAP_PORT) return EBADF;
  if ((capability.rights & RIGHT_GRANT) == 0 || isSessionClient(capability)) return EACCES;
  return (grant.rights & ~(<u32>capability.rights)) != 0 ? EPERM : 0;
}

/**
 * Promises of the child: the bits that manifest, parent and spec all have; the lowest of the three spectra. Devices come
 * from the manifest and can only be taken away by the spec: a parent has none of its own to hand on.
 */
function narrow(child: u32, parent: u32, promises: u64): void {
  const cell = cellAt(child);
  const above = cellAt(parent).promises | DEVICE_PROMISES;
  cell.given = promisesCommon(promisesCommon(cell.promises, above), promises);
  setPromises(child, cell.given);
}

/** The slot for a grant: that of the manifest's channel to the same port, else the first free one above the fixed slots. */
function slotForGrant(child: u32, port: u32): u32 {
  const image = imageAt(cellAt(child).image);
  if (port != 0) {
    for (let i: u32 = 0; i < image.channels; ++i) {
      if (channelOf(image, i).port == port && slotAt(child, 1 + i).kind == 0) return 1 + i;
    }
  }
  return freeSlot(child, cellAt(child).firstSlot);
}

function giveGrants(parent: u32, child: u32, count: u32): i32 {
  for (let i: u32 = 0; i < count; ++i) {
    const grant = grantAt(i);
    const given = slotAt(parent, grant.slot);
    const slot = slotForGrant(child, grant.port);
    if (slot == 0) return EMFILE;
    if (given.kind == CAP_CHANNEL) putChannel(child, slot, given.object, given.end, grant.rights, given.above);
    else putPort(child, slot, given.object, grant.rights, given.above);
    audit(AUDIT_DELEGATE, parent, cellAt(child).entity, given.kind, grant.rights, given.object);
    slotAt(child, slot).given = 1;
    slotAt(child, slot).level = given.level;
    slotAt(child, slot).port = grant.port;
  }
  return 0;
}

/** Undoes a spawn that failed half way: servers that were reached never hear of it. */
function abandon(child: u32, started: bool): void {
  for (let left = cellAt(child).slots; left != 0; left &= left - 1) {
    const slot = <u32>ctz(left);
    const given = slotAt(child, slot);
    if (given.kind == CAP_CHANNEL && given.end == 0 && given.given == 0) {
      const channel = channelAt(given.object);
      dropSlot(endCell(channel, 1), endSlot(channel, 1));
    }
    dropSlot(child, slot);
  }
  unschedule(child);
  if (started) {
    quiesce(child);
    cellDestroy(child);
  }
  cellAt(child).state = CELL_ENDED;
}

function launch(parent: u32, child: u32, grantCount: u32): i32 {
  let failed = giveGrants(parent, child, grantCount);
  let started = false;
  if (failed == 0) {
    failed = cellStart(child);
    started = failed == 0;
  }
  if (failed == 0) failed = wireChannels(child);
  if (failed < 0) abandon(child, started);
  return failed;
}

/** Whether a port of the image has its server already: a service runs once. The sealing cell and the ledger are boot cells. */
function isServed(index: u32): bool {
  const image = imageAt(index);
  if ((image.flags & (IMAGE_SEAL | IMAGE_LEDGER)) != 0) return true;
  for (let i: u32 = 0; i < image.ports; ++i) if (portServer(portOf(image, i).port) != NO_CELL) return true;
  return false;
}

/** spawn(spec, length): docs/abi.md. */
export function spawn(parent: u32, pointer: u32, length: u32): i64 {
  if (checkExec(parent) < 0) return EPERM;
  const refused = readSpec(parent, pointer, length);
  if (refused < 0) return refused;
  const spec = changetype<SpawnSpec>(SCRATCH_SPAWN);
  const image = imageFind(SCRATCH_SPAWN);
  if (image == NO_IMAGE) return ENOENT;
  const refusal = admit(parent, image);
  if (refusal != 0) return refusal;
  if (isServed(image)) return EEXIST;
  const slot = freeSlot(parent, cellAt(parent).firstSlot);
  if (slot == 0) return EMFILE;
  const child = cellTake();
  if (child == NO_CELL) return ENOBUFS;
  const cell = cellAt(child);
  if (cellRead(parent, spec.args, argumentsAt(child), spec.argsLength) < 0) {
    cell.state = CELL_FREE;
    return EFAULT;
  }
  cell.argsLength = spec.argsLength;
  cellPrepare(child, image, parent);
  narrow(child, parent, spec.promises);
  if (unveilInherit(child, parent) < 0) {
    cell.state = CELL_FREE;
    return ENOBUFS;
  }
  auditSpawn(child);
  cell.parentSlot = slot;
  putCell(parent, slot, child, RIGHT_JOIN | RIGHT_KILL | RIGHT_GRANT | RIGHT_INFO, 0);
  const failed = launch(parent, child, spec.grantCount);
  if (failed < 0) {
    dropSlot(parent, slot);
    return failed;
  }
  chargeCall(parent, COST_SPAWN);
  return slot;
}
