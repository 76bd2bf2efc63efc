/*
 * send, recv, wait and join. Messages arrive whole and in order; a cell that was refused because the ring was full
 * learns when there is room; while an event about a slot is unread, nothing is received from it; a server's death is
 * reported once; a client's death is reported after its last message.
 */
import {
  COST_RECV,
  COST_SEND,
  COST_TICK,
  DISCARD,
  EACCES,
  EAGAIN,
  EBADF,
  EINVAL,
  EMSGSIZE,
  EPIPE,
  ETIMEDOUT,
  NOWAIT,
  RIGHT_JOIN,
  RIGHT_RECV,
  RIGHT_SEND,
  RIGHT_TICK,
  RING_ENTRY_HEADER,
  WOULD_BLOCK,
} from "../../../../host/abi.js";
import { giveRoom, isTold } from "./channels.js";
import { eventBytes, EVENT_BYTES } from "./events.js";
import { answered, sleep, sleepFor } from "./loans.js";
import { answers, problem, unless, type Outcome, type Problem } from "./outcome.js";
import { useProblems } from "./promises.js";
import { inSlot, isComing, peerOf, type Capability, type Cell, type Ring, type World } from "./world.js";

type ChannelEnd = Capability & { kind: "channel" };

const blocks = (effect: () => void): Outcome => answers(WOULD_BLOCK, effect);

/** Returns -EPIPE: for good when the peer is gone, once when the peer is a new instance. */
function pipeProblems({ channel, side }: ChannelEnd): Problem[] {
  const end = channel.ends[side];
  if (end.broken) return [problem(EPIPE, () => void (end.broken = false))];
  return [];
}

/** A direction that the port does not have. */
function absentProblems(ring: Ring | null): Problem[] {
  return ring ? [] : [problem(EACCES)];
}

/** The channel end in a slot, or the error. */
function endIn(
  world: World,
  cell: Cell,
  slot: number,
  right: number,
): { held: ChannelEnd | null; problems: Problem[] } {
  const held = inSlot(cell, slot);
  if (held?.kind !== "channel") return { held: null, problems: [problem(EBADF)] };
  const problems = useProblems(world, cell, held);
  if ((held.rights & right) === 0) problems.push(problem(EACCES));
  return { held, problems };
}

/** send(slot, text, flags). */
export function send(world: World, cell: Cell, slot: number, text: string, flags: number): Outcome[] {
  const { held, problems } = endIn(world, cell, slot, RIGHT_SEND);
  if ((flags & ~NOWAIT) !== 0) problems.push(problem(EINVAL));
  const ring = held?.channel.rings[held.side] ?? null;
  if (held && problems.length === 0) {
    problems.push(...pipeProblems(held), ...absentProblems(ring));
    if (!held.channel.ends[held.side].broken && held.channel.ends[peerOf(held.side)].gone)
      problems.push(problem(EPIPE));
    if (ring && text.length > ring.size - RING_ENTRY_HEADER) problems.push(problem(EMSGSIZE));
  }
  return unless(problems, () => sendNow(world, cell, held!, ring!, text, flags));
}

function sendNow(world: World, cell: Cell, held: ChannelEnd, ring: Ring, text: string, flags: number): Outcome[] {
  if (ring.messages.length < ring.count) {
    const effect = () => {
      ring.messages.push(text);
      if (held.side === 1) {
        ++held.channel.requests.answered;
        answered(world, cell);
      }
      cell.energy += BigInt(COST_SEND);
    };
    return [answers(text.length, effect)];
  }
  if ((flags & NOWAIT) === 0) return [blocks(() => sleep(cell, []))];
  return [answers(EAGAIN, () => void held.channel.ends[held.side].wantsRoom.add(held))];
}

/** recv(slot, capacity, flags). */
export function recv(world: World, cell: Cell, slot: number, capacity: number, flags: number): Outcome[] {
  if (slot === 0) return recvEvent(cell, capacity, flags);
  const { held, problems } = endIn(world, cell, slot, RIGHT_RECV);
  if ((flags & ~(NOWAIT | DISCARD)) !== 0) problems.push(problem(EINVAL));
  const ring = held?.channel.rings[peerOf(held.side)] ?? null;
  if (held && problems.length === 0) {
    if (isTold(cell, slot)) problems.push(problem(EAGAIN));
    else problems.push(...pipeProblems(held));
    problems.push(...absentProblems(ring));
  }
  return unless(problems, () => recvNow(cell, held!, ring!, capacity, flags));
}

function recvNow(cell: Cell, held: ChannelEnd, ring: Ring, capacity: number, flags: number): Outcome[] {
  const [first] = ring.messages;
  const peer = peerOf(held.side);
  if (first === undefined) {
    if (held.channel.ends[peer].gone) return unless([problem(EPIPE)], () => []);
    return (flags & NOWAIT) === 0 ? [blocks(() => sleepFor(cell, held))] : unless([problem(EAGAIN)], () => []);
  }
  const discards = (flags & DISCARD) !== 0;
  if (!discards && first.length > capacity) return unless([problem(EMSGSIZE)], () => []);
  const effect = () => {
    ring.messages.shift();
    if (held.side === 1) ++held.channel.requests.taken;
    giveRoom(held.channel, peer);
    cell.energy += BigInt(COST_RECV);
  };
  return [answers(first.length, effect, discards ? "" : first)];
}

function recvEvent(cell: Cell, capacity: number, flags: number): Outcome[] {
  if ((flags & ~NOWAIT) !== 0) return unless([problem(EINVAL)], () => []);
  if (cell.told.size === 0)
    return (flags & NOWAIT) === 0 ? [blocks(() => sleep(cell, [0]))] : unless([problem(EAGAIN)], () => []);
  if (capacity < EVENT_BYTES) return unless([problem(EMSGSIZE)], () => []);
  return [...cell.told].map(([key, told]) =>
    answers(
      EVENT_BYTES,
      () => {
        cell.told.delete(key);
        cell.energy += BigInt(COST_RECV);
      },
      eventBytes(cell, told),
    ),
  );
}

/** Whether a slot is ready for wait: a message or a hang-up, and no event about it unread. */
function isReady(cell: Cell, slot: number): boolean {
  if (slot === 0) return cell.told.size > 0;
  const held = inSlot(cell, slot);
  if (!held || isTold(cell, slot)) return false;
  if (held.kind === "cell") return !isComing(held.cell);
  if (held.kind !== "channel") return false;
  const { channel, side } = held;
  const peer = peerOf(side);
  return channel.ends[side].broken || channel.ends[peer].gone || (channel.rings[peer]?.messages.length ?? 0) > 0;
}

function waitProblems(cell: Cell, slot: number): Problem[] {
  if (slot === 0) return [];
  const held = inSlot(cell, slot);
  if (held?.kind === "cell") return (held.rights & RIGHT_JOIN) === 0 ? [problem(EACCES)] : [];
  if (held?.kind !== "channel") return [problem(EBADF)];
  return (held.rights & RIGHT_TICK) === 0 ? [problem(EACCES)] : [];
}

/** wait(slots, deadline), of at least one slot. */
export function wait(world: World, cell: Cell, slots: readonly number[], deadline: bigint): Outcome[] {
  if (slots.includes(63)) return unless([problem(EINVAL)], () => []);
  const problems = slots.flatMap((slot) => waitProblems(cell, slot));
  return unless(problems, () => {
    const ready = slots.filter((slot) => isReady(cell, slot)).reduce((set, slot) => set | (1n << BigInt(slot)), 0n);
    if (ready === 0n && deadline > world.now) return [blocks(() => sleep(cell, slots))];
    return [answers(ready, () => void (cell.energy += BigInt(COST_TICK)))];
  });
}

/** join(slot, deadline): a wait for the end of a cell, at the price of a wait. */
export function join(world: World, cell: Cell, slot: number, deadline: bigint): Outcome[] {
  const held = inSlot(cell, slot);
  if (held?.kind !== "cell") return unless([problem(EBADF)], () => []);
  if ((held.rights & RIGHT_JOIN) === 0) return unless([problem(EACCES)], () => []);
  const { status, cause } = held.cell;
  const charge = () => void (cell.energy += BigInt(COST_TICK));
  if (!isComing(held.cell)) return [answers((BigInt(cause) << 32n) | BigInt(status >>> 0), charge)];
  return deadline > world.now ? [blocks(() => sleep(cell, [slot]))] : unless([problem(ETIMEDOUT)], () => []);
}
