/*
 * pledge: what a cell promised to use. The client end of a service's channel, and a port, need a promise that the
 * server's manifest names; spawn needs EXEC. A cell that uses what it did not promise does not return from the call.
 * Sending, receiving, lending and connecting count as use; waiting, narrowing, dropping and granting do not.
 */
import { CAUSE_PLEDGE, EPERM, EVENT_SHRUNK, PROMISE_EXEC, SPECTRUM_SHIFT } from "../../../../host/abi.js";
import { commonPromises, endCell } from "./cells.js";
import { tell } from "./channels.js";
import { dropDevices } from "./devices.js";
import { answers, problem, unless, type Outcome, type Problem } from "./outcome.js";
import { isLive, type Capability, type Cell, type World } from "./world.js";

function needsOf(world: World, held: Capability): number {
  if (held.kind !== "port" && held.kind !== "channel") return 0;
  if (held.kind === "channel" && held.side === 1) return 0;
  return guardOf(world, held.kind === "port" ? held.port : held.channel.port);
}

/** The promises of which a client of a port needs one, as its server's manifest says; 0 for none. */
export function guardOf({ images }: World, port: number): number {
  return images.flatMap(({ ports }) => ports).find((served) => served.port === port)?.needs ?? 0;
}

const promised = (cell: Cell, needs: number) => needs === 0 || (Number(cell.promises & 0xffffn) & needs) !== 0;

/** Ends a cell that used what it had not promised. */
function violation(world: World, cell: Cell): Problem {
  return { result: "ended", effect: () => void endCell(world, cell, CAUSE_PLEDGE, 0, false) };
}

/** What is wrong with the use of a capability. */
export function useProblems(world: World, cell: Cell, held: Capability): Problem[] {
  return promised(cell, needsOf(world, held)) ? [] : [violation(world, cell)];
}

/** What is wrong with a spawn by this cell. */
export function execProblems(world: World, cell: Cell): Problem[] {
  return promised(cell, PROMISE_EXEC) ? [] : [violation(world, cell)];
}

/** Tells the servers of a cell that it promises less, or sees less. */
export function tellServers(cell: Cell): void {
  for (const held of [...cell.slots.values()].filter(isLive)) {
    if (held.kind !== "channel" || held.side !== 0 || held.channel.port === 0) continue;
    const server = held.channel.ends[1].gone ? null : held.channel.ends[1].owner;
    if (server) tell(server.holder, EVENT_SHRUNK, server.slot);
  }
}

/** pledge(promises). */
export function pledge(world: World, cell: Cell, promises: bigint): Outcome[] {
  const narrowed = commonPromises(cell.promises, promises);
  return unless(narrowed === promises ? [] : [problem(EPERM)], () => [
    answers(0, () => {
      const shrank = cell.promises !== promises;
      cell.promises = promises;
      cell.account.spectrum = Number(promises >> BigInt(SPECTRUM_SHIFT));
      dropDevices(world, cell);
      if (shrank) tellServers(cell);
    }),
  ]);
}
