/*
 * The commands that run as cells of their own, each with its own memory and its own promises: those of the manifest's
 * table (rumpk/manifest), `run CELL` and `crash KIND`. The shell may give all that they promise; the kernel gives a
 * child nothing that its parent lacks.
 */

import { SPAWN_ALL_PROMISES, SPECTRUM_SHIFT, SPECTRUM_PHOTON } from "rumpk/abi";
import { WORKER_CELLS, WORKER_NAMES, WORKER_PROMISES, WORKER_SHARED } from "rumpk/manifest";
import { decode } from "./bytes";
import { current } from "./paths";

/** The highest spectrum: the child's manifest decides. */
const ANY_SPECTRUM: i64 = (<i64>SPECTRUM_PHOTON) << SPECTRUM_SHIFT;

/** The cell of the shell itself. */
const SHELL: string = "nipbox";

/** A command that is a cell. */
export class Program {
  constructor(
    /** Its name, as the user is told of it. */
    readonly name: string,
    /** The cell that does it. */
    readonly cell: string,
    readonly args: string[],
    readonly promises: i64,
    /**
     * It is one of the shell's own programs or a shell, which learns by an extra argument which outputs are a terminal.
     */
    private readonly isTold: bool,
  ) {}

  /** Tells it which of its outputs are a terminal: both, or the error output alone. */
  tellScreen(both: bool): void {
    if (this.isTold) this.args.unshift(both ? "screen=both" : "screen=error");
  }
}

/** The program that the words of a command mean, null when they mean none. */
export function programOf(words: string[]): Program | null {
  const command = words[0];
  if (command == "run" && words.length > 1) {
    return new Program(words[1], decode(words[1]), decoded(words, 2), SPAWN_ALL_PROMISES, words[1] == SHELL);
  }
  const index = WORKER_NAMES.indexOf(command);
  if (index < 0) return null;
  const args = decoded(words, 1);
  // A fault before the first instruction needs a cell of its own.
  const cell = command == "crash" && words.length == 2 && words[1] == "start" ? "crash-start" : WORKER_CELLS[index];
  const shared = WORKER_SHARED[index];
  if (shared) {
    args.unshift(command);
    if (current != "/") args.unshift("cwd=" + current);
  }
  return new Program(shared ? command : cell, cell, args, ANY_SPECTRUM | (<i64>WORKER_PROMISES[index]), shared);
}

function decoded(words: string[], first: i32): string[] {
  const texts: string[] = [];
  for (let i = first; i < words.length; i++) texts.push(decode(words[i]));
  return texts;
}

/** The names of the table, in its order. */
export function programNames(): string {
  return WORKER_NAMES.join(" ");
}
