/*
 * How deep a cell may call. Stack is counted in bytes, with an estimate of what the engine's compiler and Asyncify
 * need: each local and each result of an instruction may be kept in the frame.
 *
 *   frame(f) = 128 + 8 * (parameters + locals) + 4 * instructions
 *
 * Only recursive functions pay at run time: on entry they take their own frame and the longest path through functions
 * that are not recursive, on return they give it back. So a chain of calls never holds more than STACK_BYTES:
 *
 *   STACK_BYTES >= way(start) + sum over recursive functions in the chain of (frame + way(below))
 *
 * The engine gets four times that (docs/wasmtime.md), because the estimate counts half of what an instruction can need.
 */
import { Unguardable } from "./draft.js";

/** Stack that a cell may use, in bytes as counted here. */
export const STACK_BYTES = 1 << 20;

/** What is known about a function before it is changed. */
export interface Called {
  bytes: number;
  instructions: number;
  /** Functions of the module that it calls, directly or through a table: for each call its possible targets. */
  sites: number[][];
  /** All of them. */
  calls: Set<number>;
}

export interface Depths {
  /** Bytes that a recursive function takes on entry. */
  cost: Map<number, number>;
  /** What is left after the longest path to the first recursive function. */
  budget: number;
}

/** The bytes counted for a frame. */
export function frameBytes(locals: number, instructions: number): number {
  return 128 + 8 * locals + 4 * instructions;
}

/** Costs of the recursive functions. Throws Unguardable if the others alone need too much. */
export function depthsOf(graph: Map<number, Called>): Depths {
  const recursive = recursiveOf(graph);
  const known = new Map<number, number>();
  /** Longest path through functions that are not recursive, from `index` on. */
  const way = (index: number): number => {
    const called = graph.get(index);
    if (called === undefined || recursive.has(index)) return 0;
    const before = known.get(index);
    if (before !== undefined) return before;
    const bytes = called.bytes + below(called);
    known.set(index, bytes);
    return bytes;
  };
  const below = ({ calls }: Called): number => Math.max(0, ...[...calls].map(way));
  const cost = new Map<number, number>();
  for (const index of recursive) {
    const called = graph.get(index)!;
    cost.set(index, called.bytes + below(called));
  }
  const budget = STACK_BYTES - Math.max(0, ...[...graph.keys()].map(way));
  if (budget < STACK_BYTES / 2) throw new Unguardable("functions whose frames are too large");
  return { cost, budget };
}

/** The functions that can reach themselves. */
function recursiveOf(graph: Map<number, Called>): Set<number> {
  const found = new Set<number>();
  for (const index of graph.keys()) {
    const seen = new Set<number>();
    const open = [...graph.get(index)!.calls];
    while (open.length && !found.has(index)) {
      const next = open.pop()!;
      if (next === index) found.add(index);
      if (seen.has(next)) continue;
      seen.add(next);
      open.push(...(graph.get(next)?.calls ?? []));
    }
  }
  return found;
}
