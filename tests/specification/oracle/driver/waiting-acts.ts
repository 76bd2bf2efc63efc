/*
 * Acts of cells that wait for each other: a client that asks and sleeps until the answer comes, mostly where its server
 * gets a loan from that, and the server that answers.
 */
import * as abi from "../../../../host/abi.js";
import { rankOf } from "../spec/loans.js";
import * as messages from "../spec/messages.js";
import { isLive, type Capability, type Cell } from "../spec/world.js";
import { AT_BUFFER, callAct, pick, slotOf, type Maker, type Makers } from "./making.js";
import type { Act } from "./run.js";

type ChannelEnd = Capability & { kind: "channel" };
const CAPACITY = 64;
/** The slot to ask when there is no server to ask. */
const NO_SLOT = 62;

function endsOf(cell: Cell, side: 0 | 1): ChannelEnd[] {
  return [...cell.slots.values()].filter(
    (held): held is ChannelEnd => held.kind === "channel" && held.side === side && isLive(held),
  );
}

/** Whether the server gets a loan from a client that waits here. */
function lends(cell: Cell, { channel }: ChannelEnd): boolean {
  const server = channel.ends[1].gone ? null : channel.ends[1].owner?.holder;
  return !!server && channel.rings[1]?.messages.length === 0 && rankOf(server) < rankOf(cell);
}

/**
 * The cell that asks: mostly one that would give a loan, and preferably one that has a loan itself, which makes chains.
 */
export function askerOf(free: readonly Cell[], n: number): Cell | undefined {
  const lenders = free.filter((cell) => endsOf(cell, 0).some((held) => lends(cell, held)));
  const borrowers = lenders.filter(({ loan }) => loan);
  const among =
    n % 8 === 0 ? free : n % 8 < 5 && borrowers.length > 0 ? borrowers : lenders.length > 0 ? lenders : free;
  return among[(n >> 3) % among.length];
}

function askAct(makers: Makers, { a }: Parameters<Maker>[1]): Act {
  const { world, cell } = makers;
  const clients = endsOf(cell, 0);
  const lenders = clients.filter((held) => lends(cell, held));
  const held = lenders.length > 0 && a % 8 !== 0 ? pick(lenders, a >> 3) : clients[(a >> 3) % clients.length];
  const slot = held?.slot ?? NO_SLOT;
  const act = callAct(makers, `ask(${slot})`, "recv", [slot, AT_BUFFER, CAPACITY, 0], () =>
    messages.recv(world, cell, slot, CAPACITY, 0),
  );
  return { ...act, wrote: (machine, result) => machine.read(cell.index, AT_BUFFER, Number(result)) };
}

function answerAct(makers: Makers, { a }: Parameters<Maker>[1]): Act {
  const { world, cell, serial } = makers;
  const asked = endsOf(cell, 1).filter(({ channel }) => {
    const client = channel.ends[0].owner?.holder;
    return !channel.ends[0].gone && client?.asleep?.length === 1;
  });
  const slot = asked.length > 0 ? pick(asked, a).slot : slotOf(cell, a);
  const text = `${serial}`;
  const expects = () => messages.send(world, cell, slot, text, abi.NOWAIT);
  const args = [slot, AT_BUFFER, text.length, abi.NOWAIT];
  return callAct(makers, `answer(${slot})`, "send", args, expects, Buffer.from(text), AT_BUFFER);
}

export const waitingMakers: Readonly<Record<string, Maker>> = { ask: askAct, answer: answerAct };
