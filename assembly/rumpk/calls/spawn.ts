/*
 * spawn: a new cell whose authority is a part of its parent's. It works in two steps: `prepare` does everything that
 * can fail and tells nobody, not even the servers to which it opens channels; `launch` announces the child and cannot
 * fail. So a refused spawn has changed nothing.
 */
import { ARGS_MAX, SPAWN_GRANTS_MAX, SpawnGrant, SpawnSpec } from "../../abi/spawn";
import { CAP_CHANNEL, CAP_PORT, RIGHT_GRANT, RIGHT_INFO, RIGHT_JOIN, RIGHT_KILL } from "../../abi/rights";
import { AUDIT_DELEGATE } from "../../abi/audit";
import { CELL_FREE, CELL_QUARANTINED } from "../../abi/cell";
import { COST_SPAWN } from "../../abi/energy";
import { PROMISE_DEVICE } from "../../abi/promise";
import { E2BIG, EACCES, EBADF, EEXIST, EFAULT, EINVAL, EMFILE, ENOBUFS, ENOENT, EPERM } from "../../abi/errno";
import { GIVE_DEVICES, GIVE_PORTS, IMAGE_LEDGER, IMAGE_SEAL, PORT_PUBLIC } from "../../abi/image";
import { WINDOWS_MAX } from "../../abi/systable";
import { argumentsAt, argumentsOf } from "../keep/arguments";
import { audit, auditSpawn, entityOf } from "../keep/audit";
import { NO_PLACE, freeSlot, slotAt } from "../object/capability";
import { cellAt, cellIsComing } from "../run/cell";
import { channelAt, isSessionClient } from "../object/channel";
import { chargeCall } from "../run/energy";
import { givenKeep, givenOf } from "../keep/given";
import { cellRead } from "../base/hal";
import { channelOf, imageAt, imageCount, imageFind, imageServes, NO_IMAGE, portOf, promiseOf } from "../object/image";
import { CELLS, NO_CELL, SLOTS } from "../base/limits";
import { announceWired, portOwner, takeBackWired, wireChannels } from "../life/wire";
import { cellEquip, cellMake, cellNew } from "../life/loader";
import { checkExec, promisesCommon, setPromises } from "../authority/pledge";
import { dropSlot, putCell } from "../authority/slots";
import { SCRATCH_GRANTS, SCRATCH_GRANTS_SIZE, SCRATCH_SPAWN, SCRATCH_SPAWN_SIZE } from "../base/tables";
import { unveilInherit } from "../authority/unveil";
import { admit } from "../life/verify";

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

/** Whether a cell holds a port itself: a channel to its server, or the right to open one. */
function holdsPort(index: u32, port: u32): bool {
  for (let left = cellAt(index).slots; left != 0; left &= left - 1) {
    const capability = slotAt(index, <u32>ctz(left));
    if (capability.kind == CAP_PORT && capability.object == port) return true;
    if (capability.kind != CAP_CHANNEL || capability.end != 0) continue;
    if (channelAt(capability.object).port == port) return true;
  }
  return false;
}

/**
 * Whether a child of `parent` may be connected to a port: a promise guards it, the parent may give it, or it is public.
 */
function mayReach(parent: u32, port: u32): bool {
  if (promiseOf(port) != 0 || (givenOf(parent).mayGive & GIVE_PORTS) != 0 || holdsPort(parent, port)) return true;
  for (let image: u32 = 0; image < imageCount(); ++image) {
    const served = imageServes(imageAt(image), port);
    if (served) return (served.flags & PORT_PUBLIC) != 0;
  }
  return false;
}

/**
 * Narrows the record of a child to what its parent has or may give: of promises the bits that manifest, parent and spec
 * all have, and the lowest of the three spectra; devices, all cells and the ledger only when the parent's manifest says
 * so.
 */
function narrow(child: u32, parent: u32, promises: u64): void {
  const image = imageAt(cellAt(child).image);
  const may = givenOf(parent).mayGive;
  const given = givenOf(child);
  const devices = (may & GIVE_DEVICES) != 0 ? DEVICE_PROMISES : 0;
  const above = (cellAt(parent).promises & ~DEVICE_PROMISES) | devices;
  given.promises = promisesCommon(promisesCommon(image.promises, above), promises);
  given.mayGive = 0;
  given.holds &= may;
  for (let n: u32 = 0; n < image.channels; ++n) {
    if (!mayReach(parent, channelOf(image, n).port)) given.wires &= ~((<u32>1) << n);
  }
  setPromises(child, given.promises);
}

/**
 * The slot for a grant: that of the manifest's channel to the same port, else the first free one above the fixed slots.
 * `taken` has the slots of earlier grants. 0 when there is none.
 */
function slotForGrant(child: u32, port: u32, taken: u64): u32 {
  const cell = cellAt(child);
  const image = imageAt(cell.image);
  for (let n: u32 = 0; port != 0 && n < image.channels; ++n) {
    if (channelOf(image, n).port == port && ((taken >> (1 + n)) & 1) == 0) return 1 + n;
  }
  const below = ((<u64>1) << cell.firstSlot) - 1;
  const slot = <u32>ctz(~(taken | below));
  return slot < SLOTS ? slot : 0;
}

/**
 * Chooses the slots of the grants, and drops the manifest's channels that they replace from the record. -EMFILE without
 * a free slot.
 */
function placeGrants(child: u32, count: u32): i32 {
  const given = givenOf(child);
  let taken: u64 = 0;
  for (let i: u32 = 0; i < count; ++i) {
    const slot = slotForGrant(child, grantAt(i).port, taken);
    if (slot == 0) return EMFILE;
    taken |= (<u64>1) << slot;
    grantAt(i).reserved = slot;
  }
  given.wires &= ~(<u32>(taken >> 1));
  return 0;
}

/** Does everything that can fail: takes what the child needs, and tells nobody. */
function prepare(parent: u32, child: u32, spec: SpawnSpec): i32 {
  if (cellRead(parent, spec.args, argumentsAt(child), spec.argsLength) < 0) return EFAULT;
  argumentsOf(cellAt(child)).length = spec.argsLength;
  narrow(child, parent, spec.promises);
  if (unveilInherit(child, parent) < 0) return ENOBUFS;
  let failed = placeGrants(child, spec.grantCount);
  if (failed == 0) failed = wireChannels(child);
  if (failed == 0) failed = min(cellMake(child), 0);
  return failed;
}

/** Announces the child and everything that it was given; this cannot fail. */
function launch(parent: u32, child: u32, grantCount: u32): void {
  const cell = cellAt(child);
  auditSpawn(child);
  for (let i: u32 = 0; i < grantCount; ++i) {
    const grant = grantAt(i);
    const giver = slotAt(parent, grant.slot);
    givenKeep(child, i, grant.reserved, giver, grant.rights, grant.port);
    audit(AUDIT_DELEGATE, parent, entityOf(cell), giver.kind, grant.rights, giver.object);
  }
  cellEquip(child);
  announceWired(child);
}

/** Whether the image is in the table: its cell lives, is held or is quarantined. */
function isThere(imageIndex: u32): bool {
  for (let index: u32 = 0; index < CELLS; ++index) {
    const cell = cellAt(index);
    if (cell.image == imageIndex && (cellIsComing(cell) || cell.state == CELL_QUARANTINED)) return true;
  }
  return false;
}

/** Whether the image allows only one cell and has it: a service (also in quarantine), the sealing cell, the ledger. */
function isServed(index: u32): bool {
  const image = imageAt(index);
  if ((image.flags & IMAGE_SEAL) != 0) return true;
  if ((image.flags & IMAGE_LEDGER) != 0 && isThere(index)) return true;
  for (let i: u32 = 0; i < image.ports; ++i) if (portOwner(portOf(image, i).port) != NO_CELL) return true;
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
  const child = cellNew(image, parent);
  if (child == NO_CELL) return ENOBUFS;
  cellAt(child).parentSlot = slot;
  // This comes first, because the parent may serve the child and needs a slot for that as well.
  putCell(parent, slot, child, RIGHT_JOIN | RIGHT_KILL | RIGHT_GRANT | RIGHT_INFO, NO_PLACE);
  const failed = prepare(parent, child, spec);
  if (failed < 0) {
    takeBackWired(child);
    dropSlot(parent, slot);
    cellAt(child).state = CELL_FREE;
    return failed;
  }
  launch(parent, child, spec.grantCount);
  chargeCall(cellAt(parent), COST_SPAWN);
  return slot;
}
