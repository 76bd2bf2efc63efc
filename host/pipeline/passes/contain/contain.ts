/*
 * The containment pass: turns a cell's module into one that never traps, whatever it does. Instead of trapping, it sets
 * a global and makes every function return; the machine checks the global when the cell has returned (setting.ts). For
 * engines whose traps cannot be caught, such as the wasmtime command.
 *
 *   loads, stores, atomics, division, conversion    guards.ts        memory instructions, data segments    memory.ts
 *   indirect calls, tables, element segments        tables.ts        depth of recursion                    frames.ts
 *   unreachable, calls                              function.ts        the watchdog                       ticks.ts
 *
 * Active segments and the start function become the export START, which is cell code. RESET restores the instance:
 * memory, globals, tables and dropped segments as at the start. Names are removed: those of later passes must not clash
 * with names that the cell's author chose. An instruction without a known guard is Unguardable, by name.
 */
import binaryen from "binaryen";

import { placedFunctions } from "../../places/places.js";
import { Location, readSourceMap } from "../../places/source-map.js";
import { CHECK, FEATURES, FUEL, START } from "../helpers.js";
import { readPlaced } from "../placed.js";
import {
  Draft,
  KIND_FUNCTION,
  KIND_GLOBAL,
  Unguardable,
  addFunction,
  addGlobal,
  closeDraft,
  openDraft,
} from "./draft.js";
import { Code, call, globalSet } from "./encode.js";
import { Called, depthsOf, frameBytes } from "./frames.js";
import { contain as containFunction, immediates, instructionsOf } from "./function.js";
import { activeData, addMemoryFunctions, resetMemory } from "./memory.js";
import { openPlaces } from "./places.js";
import { Setting, leaveOnFault } from "./setting.js";
import { tickingFunctions } from "./ticks.js";
import { TABLE_COPY, TABLE_FILL, TABLE_INIT, TABLE_SET, TableUse, addTables } from "./tables.js";
import { isSameType, tableContents } from "./tables.js";
import { WASM_PAGE } from "../../../abi.js";

export const RESET = "rumpk_reset";
export const FAULT = "rumpk_fault";
export const ADDRESS = "rumpk_address";
export const SITE = "rumpk_site";
export const PAGES = "rumpk_pages";

/** A size in bytes must fit in 32 bits. */
const PAGES_MAX = 65535;
const CALL = 0x10;
const CALL_INDIRECT = 0x11;
const BULK = 0xfc;

/**
 * A contained module, and the texts of its places: the fault's site is an index into this list, 0 for an unknown place.
 */
export interface Contained {
  bytes: Uint8Array;
  places: string[];
}

/** Contains a module whose memory is `min` to `max` pages; only the exports in `keep` remain. */
export function contain(
  plain: Uint8Array,
  locations: Location[],
  min: number,
  max: number,
  keep: (name: string) => boolean,
): Contained {
  if (max > PAGES_MAX) throw new Unguardable(`a memory of more than ${PAGES_MAX} pages`);
  const checked = withCheck(plain, locations);
  const places = openPlaces(placedFunctions(plain, locations), checked.bytes, checked.locations);
  const draft = openDraft(checked.bytes);
  const check = draft.exports.find(({ name }) => name === CHECK)!.index;
  draft.exports = draft.exports.filter(({ name }) => name !== CHECK && keep(name));
  const own = draft.bodies.length;
  const use = tableUse(draft);
  const graph = callGraph(draft, use);
  const { cost, budget } = depthsOf(graph);
  const ticking = tickingFunctions(graph, new Set(cost.keys()));
  const setting = openSetting(draft, check, min, max, budget);
  const memory = addMemoryFunctions(setting);
  const tables = addTables(setting, use);
  for (let body = 0; body < own; body++) {
    const index = draft.importCount + body;
    draft.bodies[body] = containFunction(
      setting,
      { memory, tables, cost, ticking },
      index,
      draft.bodies[body]!,
      places.ofBody(body),
    );
  }
  const begin: Code = [...tables.start, ...activeData(setting)];
  if (draft.start !== undefined) begin.push(...call(draft.start), ...leaveOnFault(setting, [], false));
  draft.start = undefined;
  const start = addFunction(draft, [], [], [], begin);
  const reset = addFunction(draft, [], [], [], [...resetMemory(setting), ...tables.reset, ...resetGlobals(draft)]);
  draft.memory = { min, max };
  draft.names = undefined;
  exportAll(setting, start, reset);
  return { bytes: closeDraft(draft), places: places.texts };
}

/** Adds the import of the clock with binaryen, which renumbers the functions; it is exported under its own name. */
function withCheck(bytes: Uint8Array, locations: Location[]): { bytes: Uint8Array; locations: Location[] } {
  const module = readPlaced(bytes, locations);
  module.setFeatures(FEATURES);
  module.addFunctionImport(CHECK, "watchdog", "check", binaryen.none, binaryen.none);
  module.addFunctionExport(CHECK, CHECK);
  binaryen.setDebugInfo(true);
  const { binary, sourceMap } = module.emitBinary("map");
  module.dispose();
  return { bytes: binary, locations: readSourceMap(sourceMap!, binary) };
}

function openSetting(draft: Draft, check: number, min: number, max: number, budget: number): Setting {
  return {
    draft,
    check,
    minPages: min,
    maxPages: max,
    fault: addGlobal(draft, 0),
    address: addGlobal(draft, 0),
    site: addGlobal(draft, 0),
    depth: addGlobal(draft, budget),
    fuel: addGlobal(draft, FUEL),
    growth: min === max ? undefined : { pages: addGlobal(draft, min), limit: addGlobal(draft, min * WASM_PAGE) },
    place: 0,
  };
}

function tableUse(draft: Draft): TableUse {
  const use: TableUse = { called: new Map(), changed: new Set() };
  for (const body of draft.bodies) {
    for (const one of instructionsOf(body)) {
      const { opcode, sub } = one;
      if (opcode === CALL_INDIRECT) {
        const [type, table] = immediates(body, one, 2);
        use.called.set(table!, (use.called.get(table!) ?? new Set()).add(type!));
      }
      if (opcode === TABLE_SET) use.changed.add(immediates(body, one, 1)[0]!);
      if (opcode === BULK && (sub === TABLE_COPY || sub === TABLE_FILL)) use.changed.add(immediates(body, one, 1)[0]!);
      if (opcode === BULK && sub === TABLE_INIT) use.changed.add(immediates(body, one, 2)[1]!);
    }
  }
  return use;
}

/** The call graph, before any changes. */
function callGraph(draft: Draft, use: TableUse): Map<number, Called> {
  const reached = new Map<number, (number | null)[]>();
  for (const table of use.called.keys()) reached.set(table, tableContents(draft, table));
  const graph = new Map<number, Called>();
  for (const [at, body] of draft.bodies.entries()) {
    const sites: number[][] = [];
    const instructions = instructionsOf(body);
    for (const one of instructions) {
      if (one.opcode === CALL) sites.push(immediates(body, one, 1));
      if (one.opcode !== CALL_INDIRECT) continue;
      const [type, table] = immediates(body, one, 2);
      const items = [...new Set(reached.get(table!)!)].filter((item) => item !== null);
      sites.push(items.filter((item) => isSameType(draft, draft.functions[item]!, type!)));
    }
    const index = draft.importCount + at;
    const { params } = draft.types[draft.functions[index]!]!;
    const locals = params.length + body.locals.reduce((sum, { count }) => sum + count, 0);
    const bytes = frameBytes(locals, instructions.length);
    graph.set(index, { bytes, instructions: instructions.length, sites, calls: new Set(sites.flat()) });
  }
  return graph;
}

/** Resets every mutable global to its initial value. */
function resetGlobals({ globals }: Draft): Code {
  return globals.flatMap(({ mutable, init }, index) => (mutable ? [...init, ...globalSet(index)] : []));
}

function exportAll({ draft, fault, address, site, growth }: Setting, start: number, reset: number): void {
  draft.exports.push(
    { name: START, kind: KIND_FUNCTION, index: start },
    { name: RESET, kind: KIND_FUNCTION, index: reset },
    { name: FAULT, kind: KIND_GLOBAL, index: fault },
    { name: ADDRESS, kind: KIND_GLOBAL, index: address },
    { name: SITE, kind: KIND_GLOBAL, index: site },
  );
  if (growth) draft.exports.push({ name: PAGES, kind: KIND_GLOBAL, index: growth.pages });
}
