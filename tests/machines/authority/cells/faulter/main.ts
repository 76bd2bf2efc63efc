/*
 * Receives the event and the first message of its first client, and faults.
 */
import { recv } from "rumpk/raw";

export function main(args: string[]): i32 {
  const buffer = new StaticArray<u8>(64);
  const at = changetype<usize>(buffer);
  recv(0, at, buffer.length, 0);
  recv(load<i32>(at, 4), at, buffer.length, 0);
  return unreachable();
}
