/*
 * Maps module offsets to functions and source lines, with the table that the build makes for each cell
 * (host/pipeline/places/node-places.ts). It is read when the first cell of an image faults.
 */
import { CAUSE_STACK } from "../abi.js";
import { textOf } from "./rim/files.js";
import type { Image } from "./system.js";

interface Places {
  readonly texts: readonly string[];
  /** By rising offset: from there on the place is texts[place], and texts[beginning] for an exhausted stack. */
  readonly rows: readonly (readonly [offset: number, place: number, beginning: number])[];
}

const tables = new WeakMap<Image, Places>();

/** Function, file and line of the code at `offset` in an image's module; null if the image has no table. */
export function textAt(image: Image, offset: number, cause: number): string | null {
  if (image.places === null) return null;
  const { rows, texts } = tables.get(image) ?? load(image, image.places);
  let [low, high] = [0, rows.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((rows[middle] as Places["rows"][0])[0] <= offset) low = middle + 1;
    else high = middle;
  }
  const row = rows[low - 1];
  return row === undefined ? null : (texts[row[cause === CAUSE_STACK ? 2 : 1]] as string);
}

function load(image: Image, path: string): Places {
  const places = JSON.parse(textOf(path)) as Places;
  tables.set(image, places);
  return places;
}
