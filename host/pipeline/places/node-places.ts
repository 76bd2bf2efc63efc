/*
 * The places of a cell's Node form: the Node machine looks them up when V8 reports the module offset of a fault.
 */
import { beginningOf, placeFinder, placeText, placedFunctions, PlacedFunction } from "./places.js";
import { Location, codeStart } from "./source-map.js";

/** The contents of NAME.node.places.json. */
export interface NodePlaces {
  texts: string[];
  /**
   * By rising offset in the module: from there on the place is texts[place], and texts[beginning] for an exhausted
   * stack.
   */
  rows: [offset: number, place: number, beginning: number][];
}

/** The table of a Node form; `plain` are the functions of the module that it was made from. */
export function nodePlaces(plain: PlacedFunction[], form: Uint8Array, locations: Location[]): NodePlaces {
  const find = placeFinder(plain);
  const numbers = new Map<string, number>();
  const numberOf = (text: string) => numbers.get(text) ?? (numbers.set(text, numbers.size), numbers.size - 1);
  const rows: NodePlaces["rows"] = [];
  const start = codeStart(form);
  const add = (at: number, symbol: string, file: string, line: number) => {
    const place = find(symbol, file, line);
    const row = [place ? placeText(place) : "", place ? placeText(beginningOf(place)) : ""].map(numberOf);
    const last = rows.at(-1);
    if (!last || last[1] !== row[0] || last[2] !== row[1]) rows.push([start + at, row[0]!, row[1]!]);
  };
  for (const one of placedFunctions(form, locations)) {
    add(one.start, one.symbol, "", 0);
    for (const { at, file, line } of one.locations) add(at, one.symbol, file, line);
  }
  return { texts: [...numbers.keys()], rows };
}
