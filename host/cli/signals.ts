/*
 * Signals and the terminal's mode, while a machine runs. The terminal is raw, so that every key goes to the system, Ctrl-C
 * included.
 *
 * Guarantee: the terminal is as it was before whenever this process is not there to look after it: it ended, by return, by
 * an exception or by a signal but SIGKILL, or it is stopped.
 *
 *   HUP INT QUIT TERM   the command ends with 128 + number, as a shell reports it
 *   TSTP                the terminal is given back, then the process stops
 *   CONT                the terminal is raw again, whatever a shell did with it meanwhile
 */

/** Signals that end the command, with their numbers. */
const ENDING = { SIGHUP: 1, SIGINT: 2, SIGQUIT: 3, SIGTERM: 15 } as const;

export type Ending = keyof typeof ENDING;

/** Status after `signal` ended something, or undefined when it is none of those. */
export function statusOf(signal: string): number | undefined {
  return Object.hasOwn(ENDING, signal) ? 128 + ENDING[signal as Ending] : undefined;
}

/** What runs, as far as signals concern it. */
export interface Machine {
  /** The command is to end with `status`. */
  end(status: number, signal: Ending): void;
  /** The process is about to stop, and goes on. */
  stop?(): void;
  goOn?(): void;
  /** The process ends, however that came: the machine's must not stay behind. Called once. */
  leave?(): void;
}

export interface Held {
  /** Whether a person sits there. */
  interactive: boolean;
  /** Gives the terminal back and lets go of the signals; may be called more than once. */
  release(): void;
}

/** Takes the terminal, where standard input is one, and the signals. */
export function holdTerminal(machine: Machine): Held {
  const { stdin } = process;
  const interactive = stdin.isTTY === true;
  const raw = (on: boolean): void => {
    if (interactive) stdin.setRawMode(on);
  };
  const onExit = (): void => {
    raw(false);
    machine.leave?.();
  };
  const onStop = (): void => {
    machine.stop?.();
    raw(false);
    process.kill(process.pid, "SIGSTOP");
  };
  // Node believes the terminal to be as Node left it, so it is told twice.
  const onGoOn = (): void => {
    raw(false);
    raw(true);
    machine.goOn?.();
  };
  const handlers: [NodeJS.Signals, () => void][] = [
    ["SIGTSTP", onStop],
    ["SIGCONT", onGoOn],
  ];
  for (const [name, number] of Object.entries(ENDING)) {
    handlers.push([name as Ending, () => machine.end(128 + number, name as Ending)]);
  }
  for (const [name, handler] of handlers) process.on(name, handler);
  process.on("exit", onExit);
  raw(true);
  return {
    interactive,
    release() {
      raw(false);
      for (const [name, handler] of handlers) process.off(name, handler);
      process.off("exit", onExit);
    },
  };
}
