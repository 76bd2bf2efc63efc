/*
 * Which function and source line an instruction of a module belongs to. A place reads like this:
 *
 *   main (cells/crash/main.ts:16)
 *
 * Compilers inline functions, and each machine's compiler does it differently. So that a place has the same name
 * everywhere, the function is the only one of the plain module that contains the line, if there is just one; else the
 * one around the instruction.
 */
import { functionBodies } from "../wasm/opcodes.js";
import { readModule } from "../wasm/module.js";
import { sectionsOf } from "../wasm/reader.js";
import { Location } from "./source-map.js";

const SECTION_CODE = 10;

/**
 * File of a location in a function without source lines, such as those of C libraries; its line is the function's
 * number.
 */
export const NO_SOURCE = "c-library";

/** A function of a module; offsets are those of the contents of the code section. */
export interface PlacedFunction {
  /** The name in the module, and the readable one. */
  symbol: string;
  name: string;
  start: number;
  end: number;
  /** The first location with a source. */
  first: Location | undefined;
  /** Locations by rising offset. */
  locations: Location[];
}

/** A line of a function. */
export interface Place {
  function: PlacedFunction;
  file: string;
  line: number;
}

/** The functions of a module with its locations. */
export function placedFunctions(bytes: Uint8Array, locations: Location[]): PlacedFunction[] {
  const section = sectionsOf(bytes).find(({ id }) => id === SECTION_CODE);
  if (!section) return [];
  const { importedFunctions, functionNames } = readModule(bytes);
  let next = 0;
  return functionBodies(bytes, section).map((body, index) => {
    const [start, end] = [body.start - section.body, body.end - section.body];
    while (next < locations.length && locations[next]!.at < start) next++;
    const from = next;
    while (next < locations.length && locations[next]!.at < end) next++;
    const own = locations.slice(from, next);
    const symbol = functionNames.get(index + importedFunctions) ?? `function ${index + importedFunctions}`;
    return { symbol, name: readable(symbol), start, end, first: own.find(({ line }) => line > 0), locations: own };
  });
}

/** "~lib/array/Array<~lib/string/String>#push" is Array<String>#push. */
function readable(symbol: string): string {
  return symbol.replace(/[~\w.-]+\//g, "");
}

/** Finds the place of a line in the code of a function: see above. Functions are those of the plain module. */
export type FindPlace = (around: string, file: string, line: number) => Place | undefined;

/** A finder for the functions of a plain module. `around` is the symbol of the function around the code, if known. */
export function placeFinder(functions: PlacedFunction[]): FindPlace {
  const owners = new Map<string, { first: PlacedFunction; many: boolean }>();
  for (const one of functions) {
    for (const { file, line } of one.locations) {
      if (line === 0) continue;
      const owner = owners.get(`${file}:${line}`);
      if (!owner) owners.set(`${file}:${line}`, { first: one, many: false });
      else if (owner.first !== one) owner.many = true;
    }
  }
  const bySymbol = new Map(functions.map((one) => [one.symbol, one]));
  const placeOf = (one: PlacedFunction, file: string, line: number) =>
    file === NO_SOURCE ? { function: one, file: "", line: 0 } : { function: one, file, line };
  return (around, file, line) => {
    const owner = line > 0 ? owners.get(`${file}:${line}`) : undefined;
    const found = owner && !owner.many ? owner.first : (bySymbol.get(around) ?? owner?.first);
    if (!found) return undefined;
    if (line > 0) return placeOf(found, file, line);
    return placeOf(found, found.first?.file ?? "", found.first?.line ?? 0);
  };
}

/** The place as text. */
export function placeText({ function: { name }, file, line }: Place): string {
  return line > 0 ? `${name} (${file}:${line})` : name;
}

/** The start of the function, as known from its code: the place of an exhausted stack. */
export function beginningOf(place: Place): Place {
  const { first } = place.function;
  return first && first.file === place.file ? { ...place, line: first.line } : place;
}
