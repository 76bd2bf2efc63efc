/*
 * Source maps of WebAssembly modules, as asc and binaryen write and read them: version 3 with a single line, whose
 * columns are byte offsets in the module.
 *
 *   mappings   segments separated by commas, each of VLQ numbers relative to the previous segment:
 *              offset [, source, line from 0, column]; a segment with only the offset has no place in a source
 *
 * Source: ECMA-426.
 */
import { sectionsOf } from "../wasm/reader.js";

/** The custom section that names a module's source map. */
export const SOURCE_MAP_SECTION = "sourceMappingURL";

const SECTION_CODE = 10;

/**
 * Code from byte `at` of the code section's contents up to the next location belongs to `line` (from 1) of `file`; line
 * 0: to no source.
 */
export interface Location {
  at: number;
  file: string;
  line: number;
}

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** Offset of the contents of the code section. */
export function codeStart(bytes: Uint8Array): number {
  return sectionsOf(bytes).find(({ id }) => id === SECTION_CODE)?.body ?? 0;
}

/** The locations of the source map of a module, by rising offset; `nameOf` a source is "" if its lines do not count. */
export function readSourceMap(text: string, bytes: Uint8Array, nameOf = (source: string) => source): Location[] {
  const { sources, mappings } = JSON.parse(text) as { sources: string[]; mappings: string };
  const files = sources.map(nameOf);
  const locations: Location[] = [];
  let [at, source, line] = [-codeStart(bytes), 0, 0];
  for (const segment of mappings.split(",").filter(Boolean)) {
    const numbers = readNumbers(segment);
    at += numbers[0]!;
    source += numbers[1] ?? 0;
    line += numbers[2] ?? 0;
    const file = numbers.length > 1 ? files[source]! : "";
    locations.push({ at, file, line: file ? line + 1 : 0 });
  }
  return locations;
}

function readNumbers(segment: string): number[] {
  const numbers: number[] = [];
  let [value, shift] = [0, 0];
  for (const letter of segment) {
    const digit = DIGITS.indexOf(letter);
    value |= (digit & 31) << shift;
    shift += 5;
    if (digit & 32) continue;
    numbers.push(value & 1 ? -(value >>> 1) : value >>> 1);
    [value, shift] = [0, 0];
  }
  return numbers;
}

/** The source map of a module with these locations. */
export function writeSourceMap(locations: Location[], bytes: Uint8Array): string {
  const sources = [...new Set(locations.filter(({ line }) => line > 0).map(({ file }) => file))];
  const numberOf = new Map(sources.map((file, index) => [file, index]));
  let before = { at: -codeStart(bytes), source: 0, line: 0 };
  const segments = locations.map(({ at, file, line }) => {
    if (line === 0) {
      const segment = writeNumber(at - before.at);
      before = { ...before, at };
      return segment;
    }
    const now = { at, source: numberOf.get(file)!, line: line - 1 };
    const deltas = [now.at - before.at, now.source - before.source, now.line - before.line, 0];
    before = now;
    return deltas.map(writeNumber).join("");
  });
  return JSON.stringify({ version: 3, sources, names: [], mappings: segments.join(",") });
}

function writeNumber(value: number): string {
  let rest = value < 0 ? (-value << 1) | 1 : value << 1;
  let text = "";
  do {
    text += DIGITS[(rest & 31) | (rest > 31 ? 32 : 0)];
    rest >>>= 5;
  } while (rest);
  return text;
}
