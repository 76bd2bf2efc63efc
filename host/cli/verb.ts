/*
 * What a verb of the command is, and how its flags are read: unknown flags and missing values give one line, status 2.
 */
import { parseArgs } from "node:util";

import { UserError, messageOf } from "../pipeline/errors.js";

export interface Flag {
  /** The name of the value in the help text; absent for a switch. */
  value?: string;
  /** A one-letter short form. */
  short?: string;
  /** May be given more than once. */
  repeats?: boolean;
  help: string;
}

export interface Verb {
  summary: string;
  /** The arguments, as the help shows them; absent when the verb takes none. */
  arguments?: string;
  /** Maximum number of arguments that are not flags. */
  most?: number;
  flags: Record<string, Flag>;
  /** Further lines of the help. */
  notes?: string;
  /** Returns the exit status. */
  run(options: Options): Promise<number>;
}

export interface Options {
  words: string[];
  /** Values of flags, in order; a switch has the value "". */
  flags: Record<string, string[]>;
}

/** The last value of a flag, or undefined. */
export function lastOf(options: Options, flag: string): string | undefined {
  return options.flags[flag]?.at(-1);
}

/** Reads the arguments after a verb. */
export function readOptions(name: string, verb: Verb, args: string[]): Options {
  const lossy = args.find((arg) => arg.includes("\ufffd"));
  // Node has already replaced the bytes: the word could name a different file from the one meant.
  if (lossy !== undefined) throw new UserError(`${name}: "${lossy}" is not UTF-8`);
  const options = Object.fromEntries(
    Object.entries(verb.flags).map(([flag, { value, short }]) => [
      flag,
      { type: value ? ("string" as const) : ("boolean" as const), multiple: true, ...(short ? { short } : {}) },
    ]),
  );
  let parsed: { values: Record<string, unknown>; positionals: string[] };
  try {
    parsed = parseArgs({ args, options, allowPositionals: true, strict: true });
  } catch (error) {
    throw new UserError(`${messageOf(error).split(". To specify")[0]}; see "rumpk ${name} --help"`);
  }
  const most = verb.most ?? 0;
  if (parsed.positionals.length > most) {
    throw new UserError(`${name}: unexpected argument "${parsed.positionals[most]}"; see "rumpk ${name} --help"`);
  }
  const flags: Record<string, string[]> = {};
  for (const [flag, values] of Object.entries(parsed.values)) {
    flags[flag] = (values as (string | boolean)[]).map((value) => (typeof value === "string" ? value : ""));
    if (flags[flag].length > 1 && verb.flags[flag]!.value && !verb.flags[flag]!.repeats) {
      throw new UserError(`${name}: --${flag} is given twice`);
    }
  }
  return { words: parsed.positionals, flags };
}

/** The help of one verb. */
export function helpOf(name: string, verb: Verb): string {
  const usage = ["rumpk", name, verb.arguments, Object.keys(verb.flags).length ? "[flags]" : undefined];
  const lines = [`usage: ${usage.filter(Boolean).join(" ")}`, "", verb.summary, ""];
  const shown = Object.entries({ ...verb.flags, help: { help: "print this" } as Flag });
  const columns = shown.map(
    ([flag, { value, short, help }]) =>
      [`${short ? `-${short}, ` : ""}--${flag}${value ? ` ${value}` : ""}`, help] as const,
  );
  const width = Math.max(...columns.map(([left]) => left.length));
  for (const [left, right] of columns) lines.push(`  ${left.padEnd(width)}  ${right}`);
  if (verb.notes) lines.push("", verb.notes);
  return lines.join("\n") + "\n";
}
