/*
 * The host's end of the serial line: standard input to the receiver, the transmitter to standard output and error.
 * Nothing is lost: input stays with the host while the driver still has bytes to read, and all output is written before
 * the machine waits.
 *
 *   a terminal       raw bytes; Ctrl-A x leaves the machine, Ctrl-A Ctrl-A is Ctrl-A. The terminal should be raw
 *   anything else    escaped as assembly/abi/port.ts says, followed by the end of input; output is unescaped, unless
 *                    the command that runs the machine does that (`wire=kept`), to keep both streams in order
 */
import { WIRE_END, WIRE_ERROR, WIRE_ESCAPE, WIRE_FILL, WIRE_OUTPUT } from "../../assembly/abi/port";
import { powerOff } from "./power";
import {
  CHARACTER_DEVICE,
  EVENT_CLOCK,
  EVENT_READ,
  EVENT_SIZE,
  CLOCK_MONOTONIC,
  STDERR,
  STDIN,
  STDOUT,
  Subscription,
} from "./wasi";
import { Vector, fdRead, fdStatusGet, fdWrite, pollOneoff } from "./wasi";

const INPUT_SIZE: u32 = 4096;
const OUTPUT_SIZE: u32 = 16384;
const CTRL_A: u8 = 0x01;
const LEAVE: u8 = 0x78;
/** What a shell reports for SIGINT, SIGHUP and SIGPIPE. */
const STATUS_LEFT: u32 = 130;
const STATUS_HANGUP: u32 = 129;
const STATUS_OUTPUT_CLOSED: u32 = 141;

const input: usize = memory.data(4096);
const output: usize = memory.data(16384);
const vector = changetype<Vector>(memory.data(8, 8));
const done: usize = memory.data(8, 8);
const status: usize = memory.data(24, 8);
const subscriptions: usize = memory.data(96, 8);
const events: usize = memory.data(64, 8);

let inputAt: u32 = 0;
let inputEnd: u32 = 0;
let outputEnd: u32 = 0;
/** Where output goes, and whether the previous byte was an escape from the driver. */
let side: u32 = STDOUT;
let escaped: bool = false;
let terminal: bool = false;
/** All output goes to standard output exactly as the driver wrote it. */
let kept: bool = false;
let open: bool = true;
/** The next byte is the second of an escape from the user. */
let commanded: bool = false;
/** Bytes to deliver before the input: the second half of an escape, or the end of input; -1 for none. */
let next: i32 = -1;
let afterNext: i32 = -1;

/** Finds out what standard input is; `keepWire` says that it is not a terminal. Returns whether it is one. */
export function consoleOpen(keepWire: bool): bool {
  kept = keepWire;
  terminal = !kept && fdStatusGet(STDIN, status) == 0 && load<u8>(status) == CHARACTER_DEVICE;
  return terminal;
}

/** The next received byte, or -1 when none waits. */
export function receive(): i32 {
  if (next >= 0) {
    const byte = next;
    next = afterNext;
    afterNext = -1;
    return byte;
  }
  if (inputAt == inputEnd) return -1;
  const byte = load<u8>(input + inputAt++);
  if (!terminal && (byte == WIRE_ESCAPE || byte == WIRE_FILL)) {
    next = byte;
    return WIRE_ESCAPE;
  }
  return byte;
}

/** Sends one byte. */
export function transmit(byte: u32): void {
  if (!terminal && !kept && isCommand(<u8>byte)) return;
  store<u8>(output + outputEnd++, <u8>byte);
  if (outputEnd == OUTPUT_SIZE) flush();
}

/** True if the byte is part of an escape and not output. */
function isCommand(byte: u8): bool {
  if (!escaped) return (escaped = byte == WIRE_ESCAPE);
  escaped = false;
  if (byte != WIRE_OUTPUT && byte != WIRE_ERROR) return false;
  flush();
  side = byte == WIRE_ERROR ? STDERR : STDOUT;
  return true;
}

/** Writes all sent bytes. */
export function flush(): void {
  let at: u32 = 0;
  while (at < outputEnd) {
    vector.bytes = output + at;
    vector.length = outputEnd - at;
    if (fdWrite(side, changetype<usize>(vector), 1, done) != 0) {
      outputEnd = 0;
      powerOff(STATUS_OUTPUT_CLOSED);
    }
    at += load<u32>(done);
  }
  outputEnd = 0;
}

/**
 * Waits for input, for at most `timeout` nanoseconds, i64.MAX_VALUE for ever. Does not wait while there are received
 * bytes.
 */
export function waitForInput(timeout: i64): void {
  const listens = open && next < 0 && inputAt == inputEnd;
  if (!listens && timeout == 0) return;
  let count: u32 = 0;
  if (listens) subscribe(count++, EVENT_READ, STDIN, 0);
  if (timeout != i64.MAX_VALUE || !listens) subscribe(count++, EVENT_CLOCK, CLOCK_MONOTONIC, timeout);
  if (pollOneoff(subscriptions, events, count, done) != 0) return;
  const happened = load<u32>(done);
  for (let index: u32 = 0; index < happened; index++) {
    if (load<u64>(events + index * EVENT_SIZE) == EVENT_READ) read();
  }
}

function subscribe(index: u32, tag: u64, subject: u64, timeout: i64): void {
  const subscription = changetype<Subscription>(subscriptions + index * offsetof<Subscription>());
  subscription.userdata = tag;
  subscription.tag = tag;
  subscription.subject = subject;
  subscription.timeout = timeout;
  subscription.precision = 0;
  subscription.flags = 0;
}

/** Reads available input; no bytes mean the end. */
function read(): void {
  vector.bytes = input + 1;
  vector.length = INPUT_SIZE - 1;
  const failed = fdRead(STDIN, changetype<usize>(vector), 1, done) != 0;
  const length = failed ? 0 : load<u32>(done);
  inputAt = 1;
  inputEnd = 1 + length;
  if (length == 0) close();
  else if (terminal) takeCommands();
}

/** The end of input, after all received bytes. If a terminal ends, it was hung up. */
function close(): void {
  open = false;
  if (terminal) powerOff(STATUS_HANGUP);
  next = WIRE_ESCAPE;
  afterNext = WIRE_END;
}

/**
 * Carries out the user's Ctrl-A commands, and removes them from the input. A Ctrl-A that was not a command may be left
 * from earlier input, so the result starts one byte earlier.
 */
function takeCommands(): void {
  let kept: u32 = 0;
  for (let at: u32 = 1; at < inputEnd; at++) {
    const byte = load<u8>(input + at);
    if (!commanded && byte == CTRL_A) {
      commanded = true;
      continue;
    }
    if (commanded && byte == LEAVE) powerOff(STATUS_LEFT);
    if (commanded && byte != CTRL_A) store<u8>(input + kept++, CTRL_A);
    commanded = false;
    store<u8>(input + kept++, byte);
  }
  inputAt = 0;
  inputEnd = kept;
}
