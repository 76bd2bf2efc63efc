/*
 * Copies the first sector of the disk, with its bytes in reverse order, to the last one, and prints the device's
 * answers to requests within its bounds and beyond.
 */
import { console } from "rumpk";
import {
  BLOCK_COUNT_MAX,
  BLOCK_DATA,
  BLOCK_FLUSH,
  BLOCK_READ,
  BLOCK_SECTOR,
  BLOCK_WRITE,
  BlockRegisters,
} from "rumpk/abi";
import { load32, load64, load8, mapDevice, store32, store64, store8 } from "rumpk/mmio";

function ask(window: i32, request: u32, sector: u64, count: u32): i32 {
  store64(window, offsetof<BlockRegisters>("sector"), sector);
  store32(window, offsetof<BlockRegisters>("count"), count);
  store32(window, offsetof<BlockRegisters>("request"), request);
  return load32(window, offsetof<BlockRegisters>("result"));
}

function reverse(window: i32): void {
  for (let low = BLOCK_DATA, high = BLOCK_DATA + BLOCK_SECTOR - 1; low < high; low++, high--) {
    const byte = load8(window, low);
    store8(window, low, load8(window, high));
    store8(window, high, byte);
  }
}

export function main(args: string[]): i32 {
  const window = mapDevice(0);
  if (window < 0) {
    console.log("no disk");
    return 1;
  }
  const sectors = <u64>load64(window, offsetof<BlockRegisters>("sectors"));
  const answers: i32[] = [ask(window, BLOCK_READ, 0, 1)];
  reverse(window);
  answers.push(ask(window, BLOCK_WRITE, sectors - 1, 1));
  answers.push(ask(window, BLOCK_FLUSH, 0, 0));
  answers.push(ask(window, BLOCK_READ, sectors, 1));
  answers.push(ask(window, BLOCK_WRITE, sectors - 1, 2));
  answers.push(ask(window, BLOCK_WRITE, u64.MAX_VALUE, 1));
  answers.push(ask(window, BLOCK_READ, 0, BLOCK_COUNT_MAX + 1));
  answers.push(ask(window, 99, 0, 1));
  console.log(sectors.toString() + " sectors: " + answers.join(" "));
  return 0;
}
