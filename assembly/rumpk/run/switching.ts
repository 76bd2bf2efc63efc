/*
 * The scheduler that switches at every call: a cell's turn ends with each call that it makes, so that whatever two
 * cells can do to each other in an unlucky order happens. Only a checked kernel can, and only when the word
 * `kernel.switch=calls` stands on its command line.
 *
 * Invariant: `switching` does not change after boot.
 */
import { commandLine, commandLineLength } from "../base/machine";

const WORD: StaticArray<u8> = [
  0x6b, 0x65, 0x72, 0x6e, 0x65, 0x6c, 0x2e, 0x73, 0x77, 0x69, 0x74, 0x63, 0x68, 0x3d, 0x63, 0x61, 0x6c, 0x6c, 0x73,
];
const SPACE: u8 = 0x20;

/** Whether a turn ends with each call. */
export let switching: bool = false;

/** Reads the word from the command line. */
export function switchingRead(): void {
  const length = <u32>WORD.length;
  switching = false;
  for (let at: u32 = 0; at + length <= commandLineLength; ++at) {
    const word = commandLine + at;
    const begins = at == 0 || load<u8>(word - 1) == SPACE;
    const ends = at + length == commandLineLength || load<u8>(word + length) == SPACE;
    if (begins && ends && memory.compare(word, changetype<usize>(WORD), length) == 0) switching = true;
  }
}
