/*
 * Makes /tmp/names, with files whose names contain control sequences: a title, a colour, a carriage return, a C1
 * control and a change of the writing direction.
 */
import { File, console, errorText, fileError, makeDirectory } from "rumpk";

const FOLDER: string = "/tmp/names";
const NAMES: StaticArray<string> = [
  "esc\x1b]0;owned\x07",
  "red\x1b[31m",
  "cr\rspoofed",
  "c1\x9b31m",
  "turned\u202egnp",
  "plain",
];

export function main(args: string[]): i32 {
  makeDirectory(FOLDER);
  for (let i = 0; i < NAMES.length; i++) {
    const file = File.create(FOLDER + "/" + NAMES[i]);
    if (file === null) {
      console.error("names: " + errorText(fileError()));
      return 1;
    }
    file.close();
  }
  return 0;
}
