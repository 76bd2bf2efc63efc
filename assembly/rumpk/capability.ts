/*
 * Capabilities: what a slot holds, and the derivation nodes that let a grant be revoked at once.
 *
 * A cell's CSpace is 63 slots. A slot names an object (channel end, port, cell, device window), rights over it and the
 * derivation node under which it was handed out. Every grant makes a node below the giver's node; a revoke increments
 * one epoch, and all that was derived from it fails its next check, however far it has travelled. A check compares the
 * slot's cached revoke counter with the global one and walks at most 15 nodes when something was revoked meanwhile.
 *
 * Invariants: rights never grow along a chain; node 0 is the root and never revoked; a node is reused only when no
 * capability and no other node refers to it.
 *
 * Source: revocation by indirection after Redell (1974), with epochs in place of forwarding objects.
 */
import { CAP_NONE } from "../abi/rights";
import { EACCES, EBADF } from "../abi/errno";
import { cellAt } from "./cell";
import { DERIVATION_DEPTH, NODES, SLOTS } from "./limits";
import { CSPACE_AT, NODES_AT } from "./tables";


@unmanaged
export class Capability {
  /** CAP_... */
  kind: u8;
  /** Which end of the channel: 0 the client's, 1 the server's. */
  end: u8;
  /** RIGHT_... */
  rights: u16;
  /** Channel, port, cell or window. */
  object: u32;
  /** Serial of the channel or cell; interrupt line of a window. */
  serial: u32;
  /** Derivation node. */
  node: u16;
  /** FROM_SPAWN. */
  flags: u8;
  /** PROMISE_... of which its use needs one, 0 for none. */
  needs: u8;
  /** Epoch of the node when this was derived. */
  epoch: u32;
  /** The revoke counter at the last successful check. */
  seen: u32;
  /** Port under which META_LOOKUP finds it, 0 for none. */
  port: u32;
  /** Bytes of a device window. */
  length: u32;
}

/** No derivation node is free. */
export const NO_NODE: u32 = 0xffffffff;
/** Flag: given by the parent at spawn; survives a restart of the cell. */
export const FROM_SPAWN: u8 = 1;


@unmanaged
class Node {
  parent: u16;
  depth: u16;
  /** Capabilities and nodes that refer to this node. */
  references: u32;
  epoch: u32;
  /** Epoch of the parent when this node was made. */
  parentEpoch: u32;
}

/** Revocations so far. */
let revocations: u32 = 0;


@inline
function nodeAt(index: u32): Node {
  return changetype<Node>(NODES_AT + ((<usize>index) << 4));
}

/** The record of a slot; `slot` must be below SLOTS. */
@inline
export function slotAt(cell: u32, slot: u32): Capability {
  return changetype<Capability>(CSPACE_AT + ((<usize>((cell << 6) | slot)) << 5));
}

function derivationIntact(capability: Capability): bool {
  let index: u32 = capability.node;
  let epoch = capability.epoch;
  for (let depth: u32 = 0; index != 0; ++depth) {
    assert(depth <= DERIVATION_DEPTH);
    const node = nodeAt(index);
    if (node.epoch != epoch) return false;
    epoch = node.parentEpoch;
    index = node.parent;
  }
  capability.seen = revocations;
  return true;
}

/** Whether the slot's capability, if any, has not been revoked. */
@inline
export function isIntact(capability: Capability): bool {
  return capability.seen == revocations || derivationIntact(capability);
}

/** 0 when `slot` holds an intact capability of `kind` with all of `rights`; -EBADF or -EACCES. */
@inline
export function checkSlot(cell: u32, slot: u32, kind: u32, rights: u32): i32 {
  if (slot - 1 >= SLOTS - 1) return EBADF;
  const capability = slotAt(cell, slot);
  if (capability.kind != kind || !isIntact(capability)) return EBADF;
  return (capability.rights & rights) == rights ? 0 : EACCES;
}

/** The lowest empty slot from `first` (at least 1: slot 0 is the cell's events) on, or 0 when all are taken. */
export function freeSlot(cell: u32, first: u32): u32 {
  const below = ((<u64>1) << first) - 1;
  const slot = <u32>ctz(~(cellAt(cell).slots | below));
  return slot < SLOTS ? slot : 0;
}

/** Writes a capability under `node` into an empty slot. */
export function fillSlot(
  cell: u32,
  slot: u32,
  kind: u32,
  end: u32,
  rights: u32,
  object: u32,
  serial: u32,
  node: u32,
): void {
  const capability = slotAt(cell, slot);
  assert(capability.kind == CAP_NONE);
  capability.kind = <u8>kind;
  capability.end = <u8>end;
  capability.rights = <u16>rights;
  capability.object = object;
  capability.serial = serial;
  capability.node = <u16>node;
  capability.flags = 0;
  capability.needs = 0;
  capability.port = 0;
  capability.epoch = nodeAt(node).epoch;
  capability.seen = revocations;
  ++nodeAt(node).references;
  cellAt(cell).slots |= (<u64>1) << slot;
}

/** Empties a slot. The object is the caller's to care for. */
export function emptySlot(cell: u32, slot: u32): void {
  const capability = slotAt(cell, slot);
  const node: u32 = capability.node;
  capability.kind = <u8>CAP_NONE;
  capability.rights = 0;
  cellAt(cell).slots &= ~((<u64>1) << slot);
  dropReference(node);
}

function dropReference(first: u32): void {
  let index = first;
  for (let depth: u32 = 0; depth <= DERIVATION_DEPTH; ++depth) {
    const node = nodeAt(index);
    assert(node.references > 0);
    --node.references;
    if (index == 0 || node.references != 0) return;
    index = node.parent;
  }
}

/** Makes a node below `parent`; its one reference is the caller's to use. Returns 0 when too deep or none is free. */
function newNode(parent: u32): u32 {
  const depth = nodeAt(parent).depth + 1;
  if (depth > DERIVATION_DEPTH) return 0;
  for (let index: u32 = 1; index < NODES; ++index) {
    const node = nodeAt(index);
    if (node.references != 0) continue;
    ++nodeAt(parent).references;
    node.parent = <u16>parent;
    node.depth = <u16>depth;
    node.parentEpoch = nodeAt(parent).epoch;
    ++node.epoch;
    return index;
  }
  return 0;
}

/** The node for a grant out of `capability`: below the capability's own node, which is made when it has none yet. 0: too deep, or no node is free. */
export function deriveNode(capability: Capability): u32 {
  if (capability.node == 0) {
    const own = newNode(0);
    if (own == 0) return 0;
    dropReference(0);
    ++nodeAt(own).references;
    capability.node = <u16>own;
    capability.epoch = nodeAt(own).epoch;
  }
  return newNode(capability.node);
}

/**
 * The node for what a child gets at spawn: beside the capability's own, below what that derives from, so that it outlives
 * the parent and dies with whatever the parent's own would die with. NO_NODE: none is free.
 */
export function siblingNode(capability: Capability): u32 {
  const above: u32 = capability.node == 0 ? 0 : nodeAt(capability.node).parent;
  if (above == 0) return 0;
  const sibling = newNode(above);
  return sibling != 0 ? sibling : NO_NODE;
}

/** Gives back a node of deriveNode under which nothing was put. */
export function returnNode(index: u32): void {
  ++nodeAt(index).references;
  dropReference(index);
}

/** Kills everything derived from `capability`; itself it stays. */
export function revoke(capability: Capability): void {
  if (capability.node == 0) return;
  const node = nodeAt(capability.node);
  ++node.epoch;
  capability.epoch = node.epoch;
  ++revocations;
}

/** The slot that `cell` holds under `port`, or 0. */
export function slotOfPort(cell: u32, port: u32): u32 {
  for (let left = cellAt(cell).slots; left != 0; left &= left - 1) {
    const slot = <u32>ctz(left);
    if (slotAt(cell, slot).port == port) return slot;
  }
  return 0;
}

/** The state at boot: empty slots, the root node referred to once for good. */
export function capabilitiesReset(): void {
  revocations = 0;
  nodeAt(0).references = 1;
}
