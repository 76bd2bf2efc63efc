/*
 * Values as people write them in manifests: sizes ("64KiB"), times ("5s"), words from a list, numbers in a range. Each
 * function reads one entry of a checked document, or returns the default when the entry is absent.
 */
import { Entry, Node } from "@bgotink/kdl";

import { Source, errorAt } from "./kdl.js";

const SIZE_UNITS: Record<string, number> = { "": 1, B: 1, KiB: 1024, MiB: 1024 * 1024 };
const TIME_UNITS: Record<string, number> = { ms: 1, s: 1000, min: 60000 };

/** Bytes. */
export function sizeOf(source: Source, entry: Entry | undefined, otherwise: number): number {
  return withUnit(source, entry, SIZE_UNITS, 'a size such as "64KiB"', otherwise);
}

/** Milliseconds; "0" is 0. */
export function timeOf(source: Source, entry: Entry | undefined, otherwise: number): number {
  if (entry?.getValue() === "0") return 0;
  return withUnit(source, entry, TIME_UNITS, 'a time such as "5s"', otherwise);
}

function withUnit(
  source: Source,
  entry: Entry | undefined,
  units: Record<string, number>,
  what: string,
  otherwise: number,
): number {
  if (!entry) return otherwise;
  const match = /^(\d+) ?([A-Za-z]*)$/.exec(String(entry.getValue()));
  const unit = match && units[match[2]!];
  if (!match || !unit)
    throw errorAt(source, entry, `expected ${what} (${Object.keys(units).filter(Boolean).join(", ")})`);
  return numberIn(source, entry, Number(match[1]) * unit, 0, 0xffffffff);
}

/** A whole number in an inclusive range. */
export function integerOf(
  source: Source,
  entry: Entry | undefined,
  lowest: number,
  highest: number,
  otherwise: number,
): number {
  return entry ? numberIn(source, entry, entry.getValue() as number, lowest, highest) : otherwise;
}

function numberIn(source: Source, entry: Entry, value: number, lowest: number, highest: number): number {
  if (Number.isInteger(value) && value >= lowest && value <= highest) return value;
  throw errorAt(source, entry, `expected a whole number from ${lowest} to ${highest}, found ${entry.getValue()}`);
}

/** The number for a word. */
export function wordOf(
  source: Source,
  entry: Entry | undefined,
  words: Record<string, number>,
  otherwise: number,
): number {
  if (!entry) return otherwise;
  const word = String(entry.getValue());
  if (Object.hasOwn(words, word)) return words[word]!;
  throw errorAt(source, entry, `unknown word "${word}"; known: ${Object.keys(words).join(", ")}`);
}

/** The words of a node's arguments from `first` on, ORed. */
export function flagsOf(source: Source, node: Node | undefined, words: Record<string, number>, first = 0): number {
  const entries = node?.getArgumentEntries().slice(first) ?? [];
  return entries.reduce((sum, entry) => sum | wordOf(source, entry, words, 0), 0);
}
