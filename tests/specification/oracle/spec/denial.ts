/*
 * META_DENY and META_REVIVE. A server of a session may report, once for each request that it has taken and not
 * answered, that the client lacks a promise that the port stands for: then the client ends. A revived cell starts with
 * what its record gives, and is reconnected only to clients whose channel died with it.
 */
import { CAUSE_PLEDGE, CAUSE_SEAL, EACCES, EBADF, EINVAL, EPERM, EPIPE, RIGHT_KILL } from "../../../../host/abi.js";
import { endCell, openChannel, peerCell, restart } from "./cells.js";
import { dropSlot } from "./channels.js";
import { answers, problem, unless, type Outcome, type Seen } from "./outcome.js";
import { guardOf } from "./promises.js";
import { pathProblems } from "./unveil.js";
import { inSlot, newNode, type Cell, type Channel, type World } from "./world.js";

const CELLS = 64;

/** The request whose refusal may be reported next, or null. */
function openRequest({ stream, requests }: Channel): number | null {
  const next = Math.max(requests.answered, requests.denied) + 1;
  return !stream && requests.taken > requests.answered && next <= requests.taken ? next : null;
}

/** META_DENY(slot, promise, path). */
export function deny(world: World, cell: Cell, slot: number, promise: number, path: string): Outcome[] {
  const held = inSlot(cell, slot);
  if (held?.kind !== "channel") return unless([problem(EBADF)], () => []);
  const { channel } = held;
  const problems = pathProblems(path);
  if (held.side !== 1 || channel.port === 0) problems.push(problem(EINVAL));
  if ((promise & ~guardOf(world, channel.port)) !== 0) problems.push(problem(EINVAL));
  const client = peerCell(held);
  if (!client) problems.push(problem(EPIPE));
  else if ((Number(client.promises & 0xffffn) & promise) !== 0) problems.push(problem(EPERM));
  const request = openRequest(channel);
  if (request === null) problems.push(problem(EPERM));
  return unless(problems, () => {
    const effect = () => {
      channel.requests.denied = request!;
      if (promise !== 0) endCell(world, client!, CAUSE_PLEDGE, 0, false);
    };
    // A cell that denies itself something does not return from the call.
    if (client !== cell || promise === 0) return [answers(0, effect)];
    return [{ text: "the end", fits: ({ result }: Seen) => result === "ended", effect }];
  });
}

/** META_REVIVE(slot, index). */
export function revive(world: World, cell: Cell, slot: number, index: number): Outcome[] {
  const held = inSlot(cell, slot);
  if (held?.kind !== "cells") return unless([problem(EBADF)], () => []);
  const problems = (held.rights & RIGHT_KILL) === 0 ? [problem(EACCES)] : [];
  const target = index < CELLS ? world.at(index) : undefined;
  if (target?.state !== "quarantined" || target.cause === CAUSE_SEAL) problems.push(problem(EINVAL));
  return unless(problems, () => [
    answers(0, () => {
      target!.restarts = 0;
      restart(world, target!);
      reconnect(world, target!);
    }),
  ]);
}

/** Reconnects clients whose channel to a port of this cell died with its server. */
function reconnect(world: World, server: Cell): void {
  for (const cell of world.coming())
    for (const n of [...cell.wires].sort((one, other) => one - other)) {
      const held = inSlot(cell, 1 + n);
      if (held?.kind !== "channel" || held.side !== 0 || !held.channel.ends[1].gone) continue;
      const { port } = held.channel;
      if (!server.image.ports.some((each) => each.port === port)) continue;
      dropSlot(world, cell, held.slot);
      openChannel(world, cell, held.slot, port, held.rights, newNode(null));
    }
}
