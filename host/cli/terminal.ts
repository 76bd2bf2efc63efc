/*
 * The user's end of the console. On a terminal: raw mode, so that every key goes to the system, including Ctrl-C;
 * Ctrl-A x leaves, Ctrl-A Ctrl-A sends Ctrl-A. Otherwise: the raw bytes of standard input.
 */
import { Readable, Transform } from "node:stream";

import { holdTerminal } from "./signals.js";

const CTRL_A = 0x01;
const LEAVE = "x".charCodeAt(0);
/** Status after Ctrl-A x: what a shell reports for SIGINT. */
const LEFT_STATUS = 130;
/** Status when the terminal is gone: what a shell reports for SIGHUP. */
const HANGUP_STATUS = 129;

export const ESCAPE_HELP = "On a terminal, Ctrl-A x leaves the machine and Ctrl-A Ctrl-A sends Ctrl-A.";

export interface Terminal {
  /** Whether a person is at the terminal. */
  interactive: boolean;
  input: Readable;
  /** Restores the terminal; may be called more than once. */
  close(): void;
}

/** The child process, if any: it ends with this process, and stops while this process is stopped. */
export interface Companion {
  leave?(): void;
  stop?(): void;
  goOn?(): void;
}

/** Takes over standard input, the terminal's mode and the signals. */
export function openTerminal(companion: Companion): Terminal {
  const { stdin } = process;
  const end = (status: number): void => process.exit(status);
  const held = holdTerminal({ ...companion, end });
  const { interactive } = held;
  const input = interactive ? stdin.pipe(keys(() => end(LEFT_STATUS))) : stdin;
  if (interactive) stdin.on("end", () => end(HANGUP_STATUS));
  return {
    interactive,
    input,
    close() {
      held.release();
      stdin.unpipe();
      stdin.pause();
      stdin.unref?.();
    },
  };
}

/** The console driver's words on the kernel's command line: no terminal, or the terminal's size. */
export function consoleWords({ interactive }: Terminal): string[] {
  if (!interactive) return ["uart.console=pipe"];
  const { columns, rows } = process.stdout;
  return columns && rows ? [`uart.columns=${columns}`, `uart.rows=${rows}`] : [];
}

/** Forwards keys, without the escape. */
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
