/*
 * The wire of a piped console. A serial line has no end of file, so the machine escapes the input before sending it,
 * and the driver cell undoes that (assembly/abi/port.ts): the escape byte precedes itself and the fill byte, and escape
 * + end closes the input. Fill precedes everything if the chip may lose its first bytes. Every byte from 0 to 255
 * arrives unchanged, on every machine; QEMU's serial line uses the same encoding. In the other direction the driver
 * escapes, and says which of the console's outputs follows, and the machine undoes it.
 */
import { WIRE_END, WIRE_ERROR, WIRE_ESCAPE, WIRE_FILL, WIRE_FILL_COUNT, WIRE_OUTPUT } from "../abi.js";

/** Precedes the first byte of input on a real serial line. */
export const WIRE_OPEN: Uint8Array = new Uint8Array(WIRE_FILL_COUNT).fill(WIRE_FILL);

/** Follows the last byte of input. */
export const WIRE_CLOSE: Uint8Array = Uint8Array.of(WIRE_ESCAPE, WIRE_END);

/** The bytes to put on the wire for `input`; `input` itself if nothing needs an escape. */
export function escapeInput(input: Uint8Array): Uint8Array {
  let escapes = 0;
  for (const byte of input) if (isEscaped(byte)) escapes++;
  if (escapes === 0) return input;
  const wire = new Uint8Array(input.length + escapes);
  let at = 0;
  for (const byte of input) {
    if (isEscaped(byte)) wire[at++] = WIRE_ESCAPE;
    wire[at++] = byte;
  }
  return wire;
}

function isEscaped(byte: number): boolean {
  return byte === WIRE_ESCAPE || byte === WIRE_FILL;
}

/** The console's outputs. */
export type Side = "output" | "error";

/** Undoes the driver's escapes, piece by piece: returns the bytes with the output they are for, in order. */
export function createWireDecoder(): (wire: Uint8Array) => [Side, Uint8Array][] {
  let side: Side = "output";
  let escaped = false;

  /** The second byte of an escape: true when it is a byte of the output. */
  function isData(byte: number): boolean {
    if (byte === WIRE_OUTPUT) side = "output";
    else if (byte === WIRE_ERROR) side = "error";
    else return true;
    return false;
  }

  return (wire) => {
    const pieces: [Side, Uint8Array][] = [];
    let start = 0;
    const cut = (end: number) => {
      if (end > start) pieces.push([side, wire.subarray(start, end)]);
    };
    for (let at = 0; at < wire.length; at++) {
      const byte = wire[at]!;
      if (escaped) {
        escaped = false;
        start = at;
        if (!isData(byte)) start++;
      } else if (byte === WIRE_ESCAPE) {
        escaped = true;
        cut(at);
        start = at + 1;
      }
    }
    cut(wire.length);
    return pieces;
  };
}
