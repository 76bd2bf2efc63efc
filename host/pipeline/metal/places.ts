/*
 * The table that tells hal/common/places.c where in a cell's source a program counter is, made from the debug
 * information of a linked image. It is added to the image after linking, in a section reserved for it, so no address
 * moves.
 *
 *    0 number of rows u32 | offset of the places u32
 *    8 rows, in order of address: address u32 | line u16, 0 unknown | place u16, 0xffff none
 *      places: offsets of function and file u32, first line of the function u32
 *      names and files, each ending in NUL
 */
import { readFileSync } from "node:fs";
import { normalize } from "node:path";

import { FindPlace, Place, PlacedFunction, beginningOf, placeFinder } from "../places/places.js";
import { runChecked } from "../process.js";
import { functionSymbols } from "./lines.js";

const DWARFDUMP = "llvm-dwarfdump-19";
const NM = "llvm-nm-19";
export const HEADER_SIZE = 8;
const ROW_SIZE = 8;
const PLACE_SIZE = 12;
const NO_PLACE = 0xffff;
const LINE_MAX = 0xffff;

/** One module of an image: its name in C, its C file and its functions. */
export interface PlacedModule {
  mangled: string;
  c: string;
  functions: PlacedFunction[];
}

interface Row {
  address: number;
  line: number;
  file: string;
}

/** The table for an image that lies below 4 GiB. */
export async function placeTable(elf: string, modules: PlacedModule[]): Promise<Uint8Array> {
  const [lines, symbols] = await Promise.all([
    runChecked(DWARFDUMP, ["--debug-line", elf]),
    runChecked(NM, ["--defined-only", "--numeric-sort", elf]),
  ]);
  const findIn = symbolFinder(modules);
  const table = new Table();
  const rows = sourceRows(lines.stdout);
  let next = 0;
  for (const { address, end, name } of codeSymbols(symbols.stdout)) {
    while (next < rows.length && rows[next]!.address < address) next++;
    const find = findIn(name);
    let place = find("", 0);
    table.add(address, place, 0);
    for (; next < rows.length && rows[next]!.address < end; next++) {
      const { file, line } = rows[next]!;
      const found = find(file, line);
      place = found ?? place;
      table.add(rows[next]!.address, place, found?.line ?? 0);
    }
  }
  return table.bytes();
}

/** Finds places in the code of a C symbol. */
function symbolFinder(modules: PlacedModule[]): (name: string) => (file: string, line: number) => Place | undefined {
  const known = new Map<string, { find: FindPlace; symbol: string }>();
  const finders = modules.map(({ mangled, c, functions }) => {
    const find = placeFinder(functions);
    for (const [index, name] of functionSymbols(readFileSync(c, "utf8")).entries()) {
      if (functions[index]) known.set(name, { find, symbol: functions[index].symbol });
    }
    return { find, own: new RegExp(`^(wrap_)?(w2c|wasm2c)_${mangled}_[^_]`) };
  });
  return (name) => {
    const one = known.get(name);
    if (one) return (file, line) => one.find(one.symbol, file, line);
    const module = finders.find(({ own }) => own.test(name));
    return (file, line) => module?.find("", file, line);
  };
}

/** Code symbols in the order of their addresses, each up to the next. */
function codeSymbols(text: string): { address: number; end: number; name: string }[] {
  const found = [...text.matchAll(/^([0-9a-f]+) [tTwW] (\S+)$/gm)]
    .map(([, address, name]) => ({ address: Number.parseInt(address!, 16), name: name! }))
    .filter(({ name }) => !/^[.$]/.test(name));
  return found.map((one, index) => ({ ...one, end: found[index + 1]?.address ?? Infinity }));
}

/** The rows of all line tables, by rising address; rows of C files have line 0. */
function sourceRows(text: string): Row[] {
  const rows: Row[] = [];
  for (const unit of text.split(/^debug_line\[/m).slice(1)) {
    const folders = [...unit.matchAll(/^include_directories\[ *\d+\] = "(.*)"$/gm)].map(([, path]) => path!);
    const files = [...unit.matchAll(/^file_names\[ *\d+\]:\n +name: "(.*)"\n +dir_index: (\d+)$/gm)].map(
      ([, name, folder]) => normalize(`${folders[Number(folder)]}/${name}`),
    );
    for (const [, address, line, file, flags] of unit.matchAll(/^0x([0-9a-f]+) +(\d+) +\d+ +(\d+) (.*)$/gm)) {
      if (flags!.includes("end_sequence")) continue;
      const path = files[Number(file)] ?? "";
      const isSource = !/\.[chS]$/.test(path);
      rows.push({ address: Number.parseInt(address!, 16), file: path, line: isSource ? Number(line) : 0 });
    }
  }
  return rows.sort((a, b) => a.address - b.address);
}

/** The table under construction. */
class Table {
  private readonly rows: [address: number, line: number, place: number][] = [];
  private readonly places = new Map<string, [name: string, file: string, beginning: number]>();
  private readonly numbers = new Map<string, number>();

  /** Code from `address` on belongs to a line of a place; of several for one address the last counts. */
  add(address: number, place: Place | undefined, line: number): void {
    const number = place ? this.placeNumber(place) : NO_PLACE;
    if (this.rows.at(-1)?.[0] === address) this.rows.pop();
    const last = this.rows.at(-1);
    const shown = line <= LINE_MAX ? line : 0;
    if (last?.[1] !== shown || last[2] !== number) this.rows.push([address, shown, number]);
  }

  private placeNumber(place: Place): number {
    const { file, line } = beginningOf(place);
    const sameFile = place.function.first?.file === file;
    const key = `${place.function.symbol}\0${file}`;
    const number = this.numbers.get(key) ?? this.numbers.size;
    if (!this.numbers.has(key)) this.places.set(key, [place.function.name, file, sameFile ? line : 0]);
    this.numbers.set(key, number);
    return number < NO_PLACE ? number : NO_PLACE;
  }

  bytes(): Uint8Array {
    const placesAt = HEADER_SIZE + this.rows.length * ROW_SIZE;
    const textsAt = placesAt + this.places.size * PLACE_SIZE;
    const texts = new Map<string, number>();
    const parts: Buffer[] = [];
    let end = textsAt;
    const textAt = (text: string): number => {
      const known = texts.get(text);
      if (known !== undefined) return known;
      const at = end;
      parts.push(Buffer.from(`${text}\0`));
      texts.set(text, at);
      end += parts.at(-1)!.length;
      return at;
    };
    const head = Buffer.alloc(textsAt);
    head.writeUInt32LE(this.rows.length, 0);
    head.writeUInt32LE(placesAt, 4);
    for (const [index, [address, line, place]] of this.rows.entries()) {
      head.writeUInt32LE(address, HEADER_SIZE + index * ROW_SIZE);
      head.writeUInt16LE(line, HEADER_SIZE + index * ROW_SIZE + 4);
      head.writeUInt16LE(place, HEADER_SIZE + index * ROW_SIZE + 6);
    }
    for (const [index, [name, file, beginning]] of [...this.places.values()].entries()) {
      head.writeUInt32LE(textAt(name), placesAt + index * PLACE_SIZE);
      head.writeUInt32LE(textAt(file), placesAt + index * PLACE_SIZE + 4);
      head.writeUInt32LE(beginning, placesAt + index * PLACE_SIZE + 8);
    }
    return Buffer.concat([head, ...parts]);
  }
}
