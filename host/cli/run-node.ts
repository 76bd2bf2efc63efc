/*
 * Runs a system on the Node machine, in this process.
 */
import { run } from "../machine/index.js";
import { consoleWords, openTerminal } from "./terminal.js";

/** Runs the system; answers its exit status. `verbose` says more of every fault on standard error. */
export async function runOnNode(systemJson: string, words: string[], verbose: boolean): Promise<number> {
  const terminal = openTerminal(() => undefined);
  const newline = terminal.interactive ? "\r\n" : "\n";
  try {
    return await run(systemJson, {
      terminal: terminal.interactive,
      input: terminal.input,
      output: process.stdout,
      error: process.stderr,
      commandLine: [...consoleWords(terminal), ...words].join(" "),
      ...(verbose ? { log: (line: string) => void process.stderr.write(line + newline) } : {}),
    });
  } finally {
    terminal.close();
  }
}
