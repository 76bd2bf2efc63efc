/*
 * Where the watchdog counts. An endless execution keeps entering recursive functions or repeating loops, so these
 * count; so does a function that is long, including everything it calls: code between two counts always ends, but could
 * take extremely long.
 *
 *   entry of a function in tickingFunctions, each loop iteration      fuel - 1, and the clock when it is used up
 */
import { FUEL } from "../helpers.js";
import { Code, call, globalGet, globalSet, i32Const, op, when } from "./encode.js";
import { Called } from "./frames.js";
import { Setting, leaveOnFault } from "./setting.js";

/** Instructions that a function may run without a tick, with loops counted once. */
const UNCOUNTED = 2000;

/** The functions that count on entry; `recursive` are those that can reach themselves. */
export function tickingFunctions(graph: Map<number, Called>, recursive: ReadonlySet<number>): Set<number> {
  const ticking = new Set(recursive);
  const known = new Map<number, number>();
  const lengthOf = (index: number): number => {
    const called = graph.get(index);
    if (called === undefined || ticking.has(index)) return 0;
    const before = known.get(index);
    if (before !== undefined) return before;
    const sites = called.sites.map((targets) => Math.max(0, ...targets.map(lengthOf)));
    const length = sites.reduce((sum, each) => sum + each, called.instructions);
    if (length > UNCOUNTED) ticking.add(index);
    known.set(index, length > UNCOUNTED ? 0 : length);
    return known.get(index)!;
  };
  for (const index of graph.keys()) lengthOf(index);
  return ticking;
}

/** fuel - 1; when it is used up, the clock decides whether the cell continues. */
export function tickCode(setting: Setting, results: number[]): Code {
  const { fuel, check } = setting;
  const refill = [...call(check), ...leaveOnFault(setting, results, true), ...i32Const(FUEL), ...globalSet(fuel)];
  const count = [...globalGet(fuel), ...i32Const(1), ...op.i32Sub, ...globalSet(fuel)];
  return [...count, ...globalGet(fuel), ...op.i32Eqz, ...when(refill)];
}
