/*
 * The console of a unit test (tests/parts/unit/cell.js), for tests of programs: what the program reads, and what it has
 * written.
 */
import { PORT_CONSOLE_ERROR, PORT_CONSOLE_OUT } from "../../abi/port";


@external("machine", "put_input")
declare function putInput(pointer: usize, length: usize): void;


@external("machine", "take_output")
declare function takeOutput(port: u32, pointer: usize, capacity: u32): u32;

/** More than any test writes. */
const OUTPUT_MAX: i32 = 65536;
const buffer = new StaticArray<u8>(OUTPUT_MAX);

/** Text for the program's input, which ends after it. */
export function type(text: string): void {
  const bytes = String.UTF8.encode(text);
  putInput(changetype<usize>(bytes), bytes.byteLength);
}

/** What the program has printed since the last call. */
export function printed(): string {
  return taken(PORT_CONSOLE_OUT);
}

/** The same for its error output. */
export function complained(): string {
  return taken(PORT_CONSOLE_ERROR);
}

function taken(port: u32): string {
  const length = takeOutput(port, changetype<usize>(buffer), OUTPUT_MAX);
  return String.UTF8.decodeUnsafe(changetype<usize>(buffer), length);
}
