/*
 * The user's end of the console. On a terminal: raw mode, so that every key goes to the system, Ctrl-C included; Ctrl-A x
 * leaves, Ctrl-A Ctrl-A sends Ctrl-A. Otherwise: the bytes of standard input as they are.
 *
 * Guarantee: the terminal is as it was before, however the process ends: by return, by an exception, by SIGTERM, SIGINT
 * or SIGHUP, by Ctrl-A x or by the death of QEMU.
 */
import { Readable, Transform } from "node:stream";

const CTRL_A = 0x01;
const LEAVE = "x".charCodeAt(0);
const SIGNALS: Record<string, number> = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 };
/** Status after Ctrl-A x: as a shell reports a program that was ended by SIGINT. */
const LEFT_STATUS = 130;

export const ESCAPE_HELP = "On a terminal, Ctrl-A x leaves the machine and Ctrl-A Ctrl-A sends Ctrl-A.";

export interface Terminal {
  /** Whether a person sits there. */
  interactive: boolean;
  input: Readable;
  /** Gives the terminal back; may be called more than once. */
  close(): void;
}

/** Takes standard input. `leave` is called before the process ends by a signal or by Ctrl-A x. */
export function openTerminal(leave: () => void): Terminal {
  const { stdin } = process;
  const interactive = stdin.isTTY === true;
  const restore = () => {
    if (interactive && stdin.isRaw) stdin.setRawMode(false);
  };
  const end = (status: number) => {
    restore();
    leave();
    process.exit(status);
  };
  const handlers = Object.entries(SIGNALS).map(([name, number]) => [name, () => end(128 + number)] as const);
  for (const [name, handler] of handlers) process.on(name, handler);
  process.on("exit", restore);
  if (interactive) stdin.setRawMode(true);
  const input = interactive ? stdin.pipe(keys(() => end(LEFT_STATUS))) : stdin;
  return {
    interactive,
    input,
    close() {
      restore();
      for (const [name, handler] of handlers) process.off(name, handler);
      stdin.unpipe();
      stdin.pause();
      stdin.unref?.();
    },
  };
}

/** What the console driver is told on the kernel's command line: no terminal, or the terminal's size. */
export function consoleWords({ interactive }: Terminal): string[] {
  if (!interactive) return ["uart.console=pipe"];
  const { columns, rows } = process.stdout;
  return columns && rows ? [`uart.columns=${columns}`, `uart.rows=${rows}`] : [];
}

/** Passes keys on, less the escape. */
function keys(leave: () => void): Transform {
  let escaped = false;
  return new Transform({
    transform(bytes: Buffer, _encoding, done) {
      const out: number[] = [];
      for (const byte of bytes) {
        if (escaped) {
          escaped = false;
          if (byte === LEAVE) leave();
          if (byte !== CTRL_A) out.push(CTRL_A);
          out.push(byte);
        } else if (byte === CTRL_A) escaped = true;
        else out.push(byte);
      }
      done(null, Buffer.from(out));
    },
  });
}
