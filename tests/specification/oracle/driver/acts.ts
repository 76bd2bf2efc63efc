/*
 * Turns numbers into acts: calls about messages, authority, promises and paths. Those about memory are in
 * memory-acts.ts.
 */
import * as abi from "../../../../host/abi.js";
import { spawnSpec } from "../machine/images.js";
import * as authority from "../spec/authority.js";
import { endCell } from "../spec/cells.js";
import { comparable } from "../spec/events.js";
import * as messages from "../spec/messages.js";
import type { Outcome } from "../spec/outcome.js";
import { pledge, tellServers } from "../spec/promises.js";
import { unveil } from "../spec/unveil.js";
import { holders, type Cell, type World } from "../spec/world.js";
import {
  AT_BUFFER,
  AT_SPEC,
  AT_TEXT,
  callAct,
  CAUSES,
  deadlineOf,
  NAMES,
  pathOf,
  pick,
  PORTS,
  PROMISES,
  rightsOf,
  slotOf,
  spectrumOf,
  type Maker,
  type Makers,
  type Op,
} from "./making.js";
import { endingMakers } from "./ending-acts.js";
import { cellIndex, cellSlot, keeperMakers } from "./keeper-acts.js";
import { memoryMakers } from "./memory-acts.js";
import { waitingMakers } from "./waiting-acts.js";
import { exits, faults, type Act } from "./run.js";

function sendAct(makers: Makers, { a, b, c }: Op): Act {
  const { world, cell, serial } = makers;
  const slot = slotOf(cell, a);
  const text = `${serial}:`.padEnd(b % 40, "x");
  const flags = c % 8 === 0 ? 0 : c % 31 === 1 ? 6 : abi.NOWAIT;
  return callAct(
    makers,
    `send(${slot}, ${JSON.stringify(text)}, ${flags})`,
    "send",
    [slot, AT_TEXT, text.length, flags],
    () => messages.send(world, cell, slot, text, flags),
    Buffer.from(text),
  );
}

function recvAct(makers: Makers, { a, b, c }: Op): Act {
  const { world, cell } = makers;
  const slot = b % 3 === 0 ? 0 : slotOf(cell, a);
  const capacity = b % 7 === 1 ? b % 32 : 64;
  const discard = slot !== 0 && c % 9 === 2 ? abi.DISCARD : 0;
  const flags = (c % 8 === 0 ? 0 : c % 31 === 1 ? 4 : abi.NOWAIT) | discard;
  const act = callAct(makers, `recv(${slot}, ${capacity}, ${flags})`, "recv", [slot, AT_BUFFER, capacity, flags], () =>
    messages.recv(world, cell, slot, capacity, flags),
  );
  if (discard) return act;
  return {
    ...act,
    wrote: (machine, result) => {
      const bytes = machine.read(cell.index, AT_BUFFER, Number(result));
      return slot === 0 ? comparable(bytes) : bytes;
    },
  };
}

function waitAct(makers: Makers, { a, b, c }: Op): Act {
  const { world, cell } = makers;
  const slots = new Set([a, a >> 3, b].slice(0, 1 + (c % 3)).map((n) => slotOf(cell, n) & 63));
  if (c % 5 === 0) slots.add(0);
  const set = [...slots].reduce((bits, slot) => bits | (1n << BigInt(slot)), 0n);
  const deadline = deadlineOf(world, c);
  return callAct(
    makers,
    `wait({${[...slots].join(", ")}}, ${deadline})`,
    "wait",
    [BigInt.asIntN(64, set), deadline],
    () => messages.wait(world, cell, [...slots], deadline),
  );
}

function joinAct(makers: Makers, { a, c }: Op): Act {
  const { world, cell } = makers;
  const slot = slotOf(cell, a);
  const deadline = deadlineOf(world, c);
  const text = `join(${slot}, ${deadline})`;
  return callAct(makers, text, "join", [slot, deadline], () => messages.join(world, cell, slot, deadline));
}

function maskAct(makers: Makers, { a, b, c }: Op): Act {
  const { world, cell } = makers;
  const slot = slotOf(cell, a);
  const kept = c % 3 === 0 ? 0 : rightsOf(cell, slot, b);
  const rights = (c % 4 === 1 ? kept | abi.MASK_REVOKE : kept) >>> 0;
  const text = `mask(${slot}, 0x${rights.toString(16)})`;
  return callAct(makers, text, "mask", [slot, rights], () => authority.mask(world, cell, slot, rights));
}

/** Drops, mostly, an end of a pair that the cell pays for and others also hold. */
function leaveAct(makers: Makers, { a }: Op): Act {
  const { world, cell } = makers;
  const pairs = [...cell.slots.values()].filter(
    (held) =>
      held.kind === "channel" &&
      held.channel.port === 0 &&
      held.channel.payer === cell &&
      ([0, 1] as const).some((side) => holders(world, held.channel, side).some(({ holder }) => holder !== cell)),
  );
  const slot = pairs.length > 0 && a % 8 !== 0 ? pick(pairs, a >> 3).slot : slotOf(cell, a >> 3);
  return callAct(makers, `mask(${slot}, 0)`, "mask", [slot, 0], () => authority.mask(world, cell, slot, 0));
}

function grantAct(makers: Makers, { a, b, c }: Op): Act {
  const { cell } = makers;
  const [slot, to] = [slotOf(cell, a), slotOf(cell, b)];
  const rights = rightsOf(cell, slot, c);
  const text = `grant(${slot}, ${to}, 0x${rights.toString(16)})`;
  return callAct(makers, text, "grant", [slot, to, rights], () => authority.grant(cell, slot, to, rights));
}

function spawnAct(makers: Makers, { a, b, c }: Op): Act {
  const { world, cell } = makers;
  const name = pick(NAMES, a);
  const promises = c % 3 === 0 ? abi.SPAWN_ALL_PROMISES : BigInt(pick(PROMISES, b)) | spectrumOf(c >> 2);
  const ports = new Set<number>();
  const gifts = [b, b >> 4, c].slice(0, (a >> 3) % 4).flatMap((n) => {
    const slot = slotOf(cell, n);
    const port = pick(PORTS, n >> 5);
    if (port !== 0 && ports.has(port)) return [];
    ports.add(port);
    return [{ slot, rights: rightsOf(cell, slot, n), port }];
  });
  const bytes = spawnSpec(name, promises, gifts, AT_SPEC);
  const given = gifts.map(({ slot, rights, port }) => `${slot} 0x${rights.toString(16)} as ${port}`).join(", ");
  return callAct(
    makers,
    `spawn(${name}, 0x${BigInt.asUintN(64, promises).toString(16)}, [${given}])`,
    "spawn",
    [AT_SPEC, abi.SpawnSpec.size],
    () => authority.spawn(world, cell, name, promises, gifts),
    bytes,
    AT_SPEC,
  );
}

function channelAct(makers: Makers, { a }: Op): Act {
  const { cell } = makers;
  const [size, count] = [pick([16, 32, 64], a), pick([1, 2, 4], a >> 2)];
  const args = [abi.META_CHANNEL, BigInt(size), BigInt(count), 0n];
  return callAct(makers, `channel(${size}, ${count})`, "meta", args, () => authority.channel(cell, size, count));
}

function connectAct(makers: Makers, { a }: Op): Act {
  const { world, cell } = makers;
  const ports = [...cell.slots.values()].filter(({ kind }) => kind === "port");
  const slot = ports.length && a % 8 ? pick(ports, a >> 3).slot : slotOf(cell, a >> 3);
  const args = [abi.META_CONNECT, BigInt(slot), 0n, 0n];
  return callAct(makers, `connect(${slot})`, "meta", args, () => authority.connect(world, cell, slot));
}

function killAct(makers: Makers, { a, b }: Op): Act {
  const { world, cell } = makers;
  const [slot, index] = [cellSlot(makers, a), cellIndex(makers, b)];
  const args = [abi.META_KILL, BigInt(slot), BigInt(index), 0n];
  return callAct(makers, `kill(${slot}, ${index})`, "meta", args, () => authority.kill(world, cell, slot, index));
}

function exitAct({ world, cell }: Makers, { a }: Op): Act {
  const status = (a % 512) - 256;
  return {
    text: `exit(${status})`,
    call: null,
    exit: (machine) => exits(status)(machine, cell.index),
    expects: () => [ends(() => void endCell(world, cell, abi.CAUSE_NONE, status, false))],
  };
}

function faultAct({ world, cell }: Makers, { a }: Op): Act {
  const cause = pick(CAUSES, a);
  return {
    text: `fault(${cause})`,
    call: null,
    exit: faults(cause),
    expects: () => [ends(() => void endCell(world, cell, cause, 0, false))],
  };
}

function ends(effect: () => void): Outcome {
  return { text: "the end", fits: ({ result }) => result === "ended", effect };
}

function pledgeAct(makers: Makers, { a, b }: Op): Act {
  const { world, cell } = makers;
  const kept = cell.promises & BigInt(~(1 << (b % 10)));
  const promises = a % 4 === 0 ? BigInt(pick(PROMISES, b)) | spectrumOf(a >> 2) : a % 4 === 1 ? cell.promises : kept;
  const text = `pledge(0x${promises.toString(16)})`;
  return callAct(makers, text, "pledge", [BigInt.asIntN(64, promises)], () => pledge(world, cell, promises));
}

function unveilAct(makers: Makers, { a, b }: Op): Act {
  const { cell } = makers;
  const path = a % 11 === 0 ? "" : pathOf(a);
  const rights = b % 16 === 15 ? 0x10 : b & abi.UNVEIL_ALL;
  return callAct(
    makers,
    `unveil(${JSON.stringify(path.slice(0, 40))}, ${rights})`,
    "unveil",
    [AT_TEXT, path.length, rights],
    () => unveil(cell, path, rights, () => tellServers(cell)),
    Buffer.from(path),
  );
}

function unveilOfAct(makers: Makers, { a, b }: Op): Act {
  const { cell } = makers;
  const slot = slotOf(cell, a);
  const path = pathOf(b);
  const range = (BigInt(path.length) << 32n) | BigInt(AT_TEXT);
  return callAct(
    makers,
    `unveil_of(${slot}, ${JSON.stringify(path.slice(0, 40))})`,
    "meta",
    [abi.META_UNVEIL_OF, BigInt(slot), range, 0n],
    () => authority.unveilOf(cell, slot, path),
    Buffer.from(path),
  );
}

const makers: Readonly<Record<string, Maker>> = {
  send: sendAct,
  recv: recvAct,
  wait: waitAct,
  join: joinAct,
  mask: maskAct,
  leave: leaveAct,
  grant: grantAct,
  spawn: spawnAct,
  channel: channelAct,
  connect: connectAct,
  kill: killAct,
  exit: exitAct,
  fault: faultAct,
  pledge: pledgeAct,
  unveil: unveilAct,
  unveilOf: unveilOfAct,
  ...memoryMakers,
  ...keeperMakers,
  ...waitingMakers,
  ...endingMakers,
};

/** Every kind of operation. */
export const kinds = Object.keys(makers);

/** The act that an operation stands for now. */
export function actOf(world: World, cell: Cell, serial: number, op: Op): Act {
  return makers[op.kind]!({ world, cell, serial }, op);
}

/** Whether an operation may put its cell to sleep. */
export function mayBlock({ kind, c }: Op): boolean {
  return kind === "ask" || (["send", "recv", "wait", "join"].includes(kind) && c % 8 === 0);
}
