/*
 * Writes numbered lines, and ends the console after every hundredth without waiting until it has read them: the
 * console's next instance must find the rest unread.
 */
import { allCells, console } from "rumpk";
import { META_KILL } from "rumpk/abi";
import { meta } from "rumpk/raw";

const LINES: i32 = 400;
const STRETCH: i32 = 100;
/** The console is the first cell of the system. */
const CONSOLE: u32 = 0;

export function main(args: string[]): i32 {
  const cells = allCells();
  if (cells < 0) return 1;
  for (let i = 1; i <= LINES; i++) {
    console.log("<" + i.toString().padStart(4, "0") + ">");
    if (i % STRETCH == 0 && i < LINES && meta(META_KILL, cells, CONSOLE, 0) != 0) return 2;
  }
  return 0;
}
