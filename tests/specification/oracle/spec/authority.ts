/*
 * The algebra of capabilities: mask, grant, spawn, channel, connect, kill. Rights never grow along a chain of grants; a
 * grant dies with any ancestor, at once; a chain is at most 15 deep; empty and stale slots are useless.
 */
import {
  CAUSE_KILLED,
  COST_GRANT,
  COST_MASK,
  COST_SPAWN,
  EACCES,
  EBADF,
  EEXIST,
  EINVAL,
  EKEYREJECTED,
  EMFILE,
  ENOBUFS,
  ENOENT,
  EPERM,
  EPIPE,
  EVENT_GRANT,
  MASK_REVOKE,
  RIGHT_GRANT,
  RIGHT_INFO,
  RIGHT_JOIN,
  RIGHT_KILL,
  RIGHT_MASK,
  RIGHTS_ALL,
  WOULD_BLOCK,
} from "../../../../host/abi.js";
import { endCell, newCell, openChannel, peerCell, startInstance, wireManifest } from "./cells.js";
import {
  dropSlot,
  freeSlots,
  hold,
  ownChannel,
  place,
  portChannel,
  put,
  revoke,
  roomAtServer,
  serverOf,
  tell,
} from "./channels.js";
import { sleep } from "./loans.js";
import { answers, problem, unless, type Outcome, type Problem, type Seen } from "./outcome.js";
import { execProblems, guardOf, useProblems } from "./promises.js";
import { fits, mayOpen } from "./quotas.js";
import { inherited, pathProblems, seenAt } from "./unveil.js";
import {
  firstFree,
  inSlot,
  isComing,
  newNode,
  type Capability,
  type Cell,
  type Channel,
  type Image,
  type World,
} from "./world.js";

/** Longest chain of grants. */
export const DEPTH_MAX = 15;
const SLOTS = 63;
const CELLS = 64;
/** Rights over a child. */
export const CHILD_RIGHTS = RIGHT_JOIN | RIGHT_KILL | RIGHT_GRANT | RIGHT_INFO;

const refuses = (errno: number) => unless([problem(errno)], () => []);

/** mask(slot, rights), with or without MASK_REVOKE. */
export function mask(world: World, cell: Cell, slot: number, rights: number): Outcome[] {
  const revokes = (rights & MASK_REVOKE) !== 0;
  const kept = (rights & ~MASK_REVOKE) >>> 0;
  const held = inSlot(cell, slot);
  const problems: Problem[] = [];
  if ((kept & ~RIGHTS_ALL) !== 0) problems.push(problem(EINVAL));
  if (!held && !(cell.slots.has(slot) && kept === 0 && !revokes)) problems.push(problem(EBADF));
  if (held?.kind === "channel" && (held.rights & RIGHT_MASK) === 0 && (kept !== 0 || revokes))
    problems.push(problem(EACCES));
  const effect = () => {
    cell.energy += BigInt(COST_MASK);
    if (held && revokes) revoke(world, held);
    if (held) held.rights &= kept;
    if (kept === 0) dropSlot(world, cell, slot);
  };
  return unless(problems, () => [answers(0, effect)]);
}

/** What is wrong with granting a capability with these rights. */
function handProblems(held: Capability | null, rights: number): Problem[] {
  if (!held) return [problem(EBADF)];
  const problems: Problem[] = [];
  if (held.kind === "cells" || held.kind === "device") problems.push(problem(EINVAL));
  if ((held.rights & RIGHT_GRANT) === 0) problems.push(problem(EACCES));
  if ((rights & ~held.rights) !== 0) problems.push(problem(EPERM));
  const isSession = held.kind === "channel" && held.side === 0 && held.channel.port !== 0 && !held.channel.stream;
  if (isSession) problems.push(problem(EACCES));
  return problems;
}

/** The cell that a grant to this slot goes to, or the error. */
function receiverOf(cell: Cell, to: number): { receiver: Cell | null; problems: Problem[] } {
  const held = inSlot(cell, to);
  if (held?.kind === "cell") {
    if ((held.rights & RIGHT_GRANT) === 0) return { receiver: null, problems: [problem(EBADF), problem(EACCES)] };
    if (!isComing(held.cell)) return { receiver: null, problems: [problem(EPIPE)] };
    return { receiver: held.cell, problems: [] };
  }
  if (held?.kind !== "channel") return { receiver: null, problems: [problem(EBADF)] };
  const receiver = peerCell(held);
  return { receiver, problems: receiver ? [] : [problem(EPIPE), problem(EBADF)] };
}

/** grant(slot, to, rights). */
export function grant(cell: Cell, slot: number, to: number, rights: number): Outcome[] {
  const held = inSlot(cell, slot);
  const { receiver, problems } = receiverOf(cell, to);
  problems.push(...handProblems(held, rights));
  if (rights === 0) problems.push(problem(EINVAL));
  if (receiver && !receiver.image.acceptsGrants) problems.push(problem(EACCES));
  const [free] = receiver ? freeSlots(receiver, firstFree(receiver.image)) : [];
  if (receiver && free === undefined) problems.push(problem(EMFILE));
  if (held && held.node.depth >= DEPTH_MAX) problems.push(problem(ENOBUFS));
  return unless(problems, () => [
    answers(free!, () => {
      cell.energy += BigInt(COST_GRANT);
      const copy = { ...held!, node: newNode(held!.node), rights, given: "" as const, holder: receiver!, slot: free! };
      put(copy);
      tell(receiver!, EVENT_GRANT, free!);
    }),
  ]);
}

/** A capability for a child. */
export interface Gift {
  readonly slot: number;
  readonly rights: number;
  /** 0 for none. */
  readonly port: number;
}

/** spawn(name, promises, grants). */
export function spawn(world: World, cell: Cell, name: string, promises: bigint, gifts: readonly Gift[]): Outcome[] {
  const image = world.images.find((each) => each.name === name);
  const problems = execProblems(world, cell);
  if (!image) problems.push(problem(ENOENT));
  for (const { slot, rights } of gifts) problems.push(...handProblems(inSlot(cell, slot), rights));
  if (gifts.some(({ slot }) => slot === 0 || slot >= SLOTS)) problems.push(problem(EINVAL));
  if (gifts.some(({ slot }) => ["cell", "cells", "device"].includes(inSlot(cell, slot)?.kind ?? "")))
    problems.push(problem(EBADF));
  const [free] = freeSlots(cell, firstFree(cell.image));
  if (free === undefined) problems.push(problem(EMFILE));
  if (image?.seals) problems.push(problem(EEXIST));
  const verdict = image && world.verdicts.of(image);
  if (verdict === "refused") problems.push(problem(EKEYREJECTED));
  // Errors may be found before or after the package is judged.
  if (image && (verdict === "unknown" || verdict === "waiting"))
    return [...unless(problems, () => []), answers(WOULD_BLOCK, () => waitForVerdict(world, cell, image))];
  if (image && problems.length === 0) problems.push(...wireProblems(world, cell, image, gifts));
  return unless(problems, () => [
    answers(free!, ({ created }: Seen) => {
      cell.energy += BigInt(COST_SPAWN);
      const child = newCell(world, created[0] ?? -1, image!, cell, BigInt.asUintN(64, promises));
      child.veil = inherited(cell.veil);
      child.held = place(cell, free!, { kind: "cell", cell: child }, CHILD_RIGHTS);
      for (const n of child.wires) if (!mayReach(world, cell, image!.channels[n]!.port)) child.wires.delete(n);
      for (const gift of gifts) give(cell, child, gift);
      startInstance(world, child);
      wireManifest(world, child);
    }),
  ]);
}

/** A spawn sleeps until the package of its image is judged. */
function waitForVerdict(world: World, cell: Cell, image: Image): void {
  world.verdicts.ask(image);
  sleep(cell, []);
}

/**
 * Whether a child may be connected to a port: a promise guards the port, its parent may give ports, or the parent
 * itself holds this one.
 */
function mayReach(world: World, parent: Cell, port: number): boolean {
  if (guardOf(world, port) !== 0 || parent.gives.includes("ports")) return true;
  return [...parent.slots.keys()].some((slot) => {
    const held = inSlot(parent, slot);
    return held?.kind === "port"
      ? held.port === port
      : held?.kind === "channel" && held.side === 0 && held.channel.port === port;
  });
}

/**
 * What stands in the way of a child's channels: a server in the manifest that takes no more clients, or the child's own
 * quota.
 */
function wireProblems(world: World, parent: Cell, image: Image, gifts: readonly Gift[]): Problem[] {
  const problems: Problem[] = [];
  const opened: Channel[] = [];
  for (const { port, lazy } of image.channels) {
    const server = serverOf(world, port, null);
    if (lazy || !server || !mayReach(world, parent, port) || gifts.some((gift) => gift.port === port)) continue;
    if (roomAtServer(server, port, firstFree(server.image)) === null) problems.push(problem(EMFILE));
    opened.push(
      portChannel(
        server.image.ports.find((each) => each.port === port)!,
        parent,
      ),
    );
  }
  if (!fits(image, opened, false)) problems.push(problem(ENOBUFS));
  return problems;
}

/**
 * A gift derives from the origin of the giver's capability: it outlives the giver, but not cells that could revoke it
 * from both.
 */
function give(parent: Cell, child: Cell, { slot, rights, port }: Gift): void {
  const held = inSlot(parent, slot)!;
  const channel = child.image.channels.findIndex((each) => port !== 0 && each.port === port);
  const taken = new Set(child.record.map((kept) => kept.slot));
  const free = freeSlots(child, firstFree(child.image)).find((each) => !taken.has(each))!;
  if (channel >= 0) child.wires.delete(channel);
  const place = channel >= 0 ? 1 + channel : free;
  const node = newNode(held.node.parent);
  child.record.push({ ...held, node, rights, given: "record", holder: child, slot: place });
}

/** META_CHANNEL(size, count). */
export function channel(cell: Cell, size: number, count: number): Outcome[] {
  const [first, second] = freeSlots(cell, firstFree(cell.image));
  const made = ownChannel(size, count, cell);
  const problems = first === undefined || second === undefined ? [problem(EMFILE)] : [];
  if (!mayOpen(cell, made)) problems.push(problem(ENOBUFS));
  return unless(problems, () => [
    answers(first! | (second! << 8), () => {
      hold(cell, first!, made, 0, { node: newNode(null), rights: RIGHTS_ALL });
      hold(cell, second!, made, 1, { node: newNode(null), rights: RIGHTS_ALL });
    }),
  ]);
}

/** META_CONNECT(slot). */
export function connect(world: World, cell: Cell, slot: number): Outcome[] {
  const held = inSlot(cell, slot);
  if (held?.kind !== "port") return refuses(EBADF);
  const problems = useProblems(world, cell, held);
  const [free] = freeSlots(cell, firstFree(cell.image));
  const server = serverOf(world, held.port, cell);
  if (!server) problems.push(problem(ENOENT));
  else {
    if (roomAtServer(server, held.port, firstFree(server.image)) === null) problems.push(problem(EMFILE));
    const spec = server.image.ports.find(({ port }) => port === held.port)!;
    if (!mayOpen(cell, portChannel(spec, cell))) problems.push(problem(ENOBUFS));
  }
  if (free === undefined) problems.push(problem(EMFILE));
  if (held.node.depth >= DEPTH_MAX) problems.push(problem(ENOBUFS));
  return unless(problems, () => [
    answers(free!, () => void openChannel(world, cell, free!, held.port, held.rights, newNode(held.node))),
  ]);
}

/** META_KILL(slot, index). */
export function kill(world: World, cell: Cell, slot: number, index: number): Outcome[] {
  const held = inSlot(cell, slot);
  if (held?.kind !== "cell" && held?.kind !== "cells") return refuses(EBADF);
  if ((held.rights & RIGHT_KILL) === 0) return unless([problem(EACCES), problem(EBADF)], () => []);
  const target = held.kind === "cell" ? held.cell : world.at(index);
  if (target === cell) return refuses(EINVAL);
  if (held.kind === "cells" && index >= CELLS) return refuses(EINVAL);
  // A dead cell cannot be killed again, and its parent need not know that it is dead.
  if (held.kind === "cell" && !isComing(held.cell)) return [answers(0)];
  // A dead cell stays in the table as long as another cell holds it, which a holder of all cells need not notice.
  const gone = unless([problem(ENOENT), problem(EBADF)], () => []);
  if (!target || !isComing(target)) return target ? [answers(0), ...gone] : gone;
  return [answers(0, () => void endCell(world, target, CAUSE_KILLED, 0, held.kind === "cell"))];
}

/** META_UNVEIL_OF(slot, path). */
export function unveilOf(cell: Cell, slot: number, path: string): Outcome[] {
  const held = inSlot(cell, slot);
  const problems = pathProblems(path);
  if (held?.kind !== "channel") problems.push(problem(EBADF));
  else if (held.side !== 1 || held.channel.port === 0) problems.push(problem(EINVAL));
  const client = held?.kind === "channel" ? peerCell(held) : null;
  if (!client) problems.push(problem(EPIPE));
  return unless(problems, () => [answers(seenAt(client!.veil, path))]);
}
