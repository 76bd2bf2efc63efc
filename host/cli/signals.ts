/*
 * Signals and the terminal's mode while a machine runs. The terminal is raw, so that every key goes to the system,
 * including Ctrl-C.
 *
 * Guarantee: the terminal has its original settings whenever this process is not in control: after it ended, by return,
 * exception or any signal but SIGKILL, and while it is stopped.
 *
 *   HUP INT QUIT TERM   the command ends with 128 + number, as a shell reports it
 *   TSTP                the terminal is restored, then the process stops
 *   CONT                the terminal is raw again, whatever a shell did to it meanwhile
 */

/** Signals that end the command, with their numbers. */
const ENDING = { SIGHUP: 1, SIGINT: 2, SIGQUIT: 3, SIGTERM: 15 } as const;

export type Ending = keyof typeof ENDING;

/** Status after `signal` ended a process, or undefined if it is none of those. */
export function statusOf(signal: string): number | undefined {
  return Object.hasOwn(ENDING, signal) ? 128 + ENDING[signal as Ending] : undefined;
}

/** What signals do to the running machine. */
export interface Machine {
  /** Ends the command with `status`. */
  end(status: number, signal: Ending): void;
  /** Called before the process stops, and after it continues. */
  stop?(): void;
  goOn?(): void;
  /** The process ends, for whatever reason: the machine's must not stay alive. Called once. */
  leave?(): void;
}

export interface Held {
  /** Whether a person is at the terminal. */
  interactive: boolean;
  /** Restores the terminal and the signal handlers; may be called more than once. */
  release(): void;
}

/** Takes over the terminal, if standard input is one, and the signals. */
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
  // Node assumes that the terminal is as Node left it, so the mode is set twice.
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
