/*
 * Places in the source, by number: each site that can raise a fault stores the number of its place, and the machine
 * finds the text in the list that belongs to the module. Number 0 is the unknown place, with an empty text.
 */
import { PlacedFunction, beginningOf, placeFinder, placeText, placedFunctions } from "../../places/places.js";
import { Location } from "../../places/source-map.js";
import { functionBodies } from "../../wasm/opcodes.js";
import { sectionsOf } from "../../wasm/reader.js";

const SECTION_CODE = 10;

/** The places of one function body. */
export interface BodyPlaces {
  /** The start of the function: the place of an exhausted stack. */
  beginning: number;
  /** The place of the instruction at an offset in the body's code; must be called with rising offsets. */
  at(offset: number): number;
}

export interface Places {
  texts: string[];
  ofBody(index: number): BodyPlaces;
}

/** The places of a module; `plain` are the functions of the module that it was made from. */
export function openPlaces(plain: PlacedFunction[], bytes: Uint8Array, locations: Location[]): Places {
  const find = placeFinder(plain);
  const numbers = new Map<string, number>([["", 0]]);
  const texts = [""];
  const numberOf = (text: string): number => {
    if (!numbers.has(text)) numbers.set(text, texts.push(text) - 1);
    return numbers.get(text)!;
  };
  const section = sectionsOf(bytes).find(({ id }) => id === SECTION_CODE);
  const bodies = section ? functionBodies(bytes, section) : [];
  const functions = placedFunctions(bytes, locations);
  return {
    texts,
    ofBody(index) {
      const { symbol, locations: own } = functions[index]!;
      const start = bodies[index]!.code - section!.body;
      const entry = find(symbol, "", 0);
      let next = 0;
      return {
        beginning: entry ? numberOf(placeText(beginningOf(entry))) : 0,
        at(offset) {
          while (next < own.length && own[next]!.at <= start + offset) next++;
          const { file, line } = own[next - 1] ?? { file: "", line: 0 };
          const place = find(symbol, file, line);
          return place ? numberOf(placeText(place)) : 0;
        },
      };
    },
  };
}
