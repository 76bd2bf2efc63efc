/*
 * The host's end of the serial line: input stream to receiver, transmitter to output stream. Nothing is lost on either
 * side: the input stream is paused while more than INPUT_HIGH bytes wait for the driver, and the transmitter stays full
 * until the output stream has drained. Output is collected and written in one go when the machine has nothing to run.
 */
import { MachineError, PowerOff } from "../errors.js";
import { escapeInput, WIRE_CLOSE } from "../wire.js";

const INPUT_HIGH = 64 * 1024;
const INPUT_LOW = 32 * 1024;
const OUTPUT_SIZE = 16 * 1024;
/** Status of a machine whose output nothing reads any more: what a shell reports for SIGPIPE. */
const STATUS_OUTPUT_CLOSED = 141;

/** Streams of bytes. */
export type Input = NodeJS.ReadableStream;
export type Output = NodeJS.WritableStream;

export interface ConsoleEvents {
  /** The line has input, or accepts output again. */
  update(): void;
  /** The machine cannot continue: PowerOff or MachineError. */
  fail(error: Error): void;
}

export interface Console {
  /** The next received byte, or -1 when none waits. */
  receive(): number;
  /** Whether the host accepts another byte. */
  canTransmit(): boolean;
  /** Sends one byte. */
  transmit(byte: number): void;
  /** Starts listening to the input stream. */
  open(events: ConsoleEvents): void;
  /** Passes collected output to the stream. */
  flush(): void;
  /**
   * Writes the rest; resolves when the stream has taken it, and detaches from both streams. A broken output stays
   * watched, because its error may be reported twice.
   */
  close(): Promise<void>;
}

/**
 * A serial line between two streams.
 * @param output gets the raw bytes of the wire
 * @param terminal false: the input is escaped as wire.ts says, and its end is sent; true: raw bytes of a terminal
 */
export function createConsole(input: Input, output: Output, terminal: boolean): Console {
  const chunks: Uint8Array[] = [];
  let [chunkAt, waiting, paused] = [0, 0, false];
  let buffer = new Uint8Array(OUTPUT_SIZE);
  let [used, draining, broken] = [0, false, false];
  let events: ConsoleEvents;

  function enqueue(chunk: Uint8Array): void {
    if (chunk.length === 0) return;
    chunks.push(chunk);
    waiting += chunk.length;
    if (waiting > INPUT_HIGH && !paused) {
      paused = true;
      input.pause();
    }
    events.update();
  }

  const onData = (data: Uint8Array | string): void => {
    const bytes = typeof data === "string" ? Buffer.from(data, "utf8") : data;
    enqueue(terminal ? bytes : escapeInput(bytes));
  };
  const onEnd = (): void => {
    if (!terminal) enqueue(WIRE_CLOSE);
  };
  const onInputError = (error: Error): void => events.fail(new MachineError(`input: ${error.message}`));
  const onOutputError = (error: NodeJS.ErrnoException): void => {
    broken = true;
    const closed = ["EPIPE", "ECONNRESET", "ERR_STREAM_DESTROYED"].includes(error.code ?? "");
    events.fail(closed ? new PowerOff(STATUS_OUTPUT_CLOSED) : new MachineError(`output: ${error.message}`));
  };
  const onDrain = (): void => {
    draining = false;
    events.update();
  };

  function receive(): number {
    const chunk = chunks[0];
    if (chunk === undefined) return -1;
    const byte = chunk[chunkAt++] as number;
    waiting--;
    if (chunkAt === chunk.length) {
      chunks.shift();
      chunkAt = 0;
    }
    if (paused && waiting < INPUT_LOW) {
      paused = false;
      input.resume();
    }
    return byte;
  }

  function flush(): void {
    if (used === 0) return;
    const full = buffer.subarray(0, used);
    buffer = new Uint8Array(OUTPUT_SIZE);
    used = 0;
    draining = !output.write(full);
  }

  return {
    receive,
    flush,
    canTransmit: () => !draining,
    transmit(byte) {
      buffer[used++] = byte;
      if (used === OUTPUT_SIZE) flush();
    },
    open(listener) {
      events = listener;
      input.on("data", onData).on("end", onEnd).on("error", onInputError);
      output.on("drain", onDrain).on("error", onOutputError);
      input.resume();
    },
    async close() {
      input.off("data", onData).off("end", onEnd).off("error", onInputError);
      input.pause();
      if (broken) return;
      flush();
      await new Promise<void>((resolve) => output.write(new Uint8Array(0), () => resolve()));
      output.off("drain", onDrain).off("error", onOutputError);
    },
  };
}
