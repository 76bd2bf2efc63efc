/*
 * Runs a system on the Node machine, in this process.
 */
import { run, type Folder } from "../node/index.js";
import { consoleWords, openTerminal } from "./terminal.js";

export interface NodeOptions {
  /** The kernel's command line. */
  words: string[];
  /** Folders that the system may use. */
  folders: Folder[];
  /** File that is the system's disk. */
  disk: string | undefined;
  /** Reports every fault in detail on standard error. */
  verbose: boolean;
}

/** Runs the system; returns its exit status. */
export async function runOnNode(systemJson: string, { words, folders, disk, verbose }: NodeOptions): Promise<number> {
  const terminal = openTerminal({});
  const newline = terminal.interactive ? "\r\n" : "\n";
  try {
    return await run(systemJson, {
      terminal: terminal.interactive,
      input: terminal.input,
      output: process.stdout,
      error: process.stderr,
      folders,
      disk,
      commandLine: [...consoleWords(terminal), ...words].join(" "),
      ...(verbose ? { log: (line: string) => void process.stderr.write(line + newline) } : {}),
    });
  } finally {
    terminal.close();
  }
}
