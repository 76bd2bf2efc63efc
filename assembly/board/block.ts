/*
 * Device "rumpk,block" (assembly/abi/block.ts): the sectors of a file of the host. The whole window is memory; only a
 * 32-bit store to `request` has an effect. A partial sector at the end of the file is left out.
 */
import * as abi from "../abi/block";
import { BlockRegisters } from "../abi/block";
import { EINVAL } from "../abi/errno";
import { blockFlush, blockRead, blockWrite } from "./host";
import { memoryLoad, memoryStore } from "./memory";

const base: usize = memory.data(abi.BLOCK_SIZE, 8);
const registers = changetype<BlockRegisters>(base);
let sectors: u64 = 0;

/** Adds a disk of `bytes` bytes to the board. */
export function blockOpen(bytes: u64): void {
  sectors = bytes / abi.BLOCK_SECTOR;
  registers.sectors = sectors;
}

/** Whether there is a disk. */
export function hasBlock(): bool {
  return sectors > 0;
}

/** Reads 1, 2 or 4 bytes of the window. */
export function blockLoad(offset: u32, width: u32): u32 {
  return memoryLoad(base + offset, width);
}

/** Writes to the window. A request is complete when this returns. */
export function blockStore(offset: u32, value: u32, width: u32): void {
  memoryStore(base + offset, value, width);
  if (offset != offsetof<BlockRegisters>("request") || width != 4) return;
  registers.result = serve(value);
  registers.sectors = sectors;
}

function serve(request: u32): i32 {
  if (request == abi.BLOCK_FLUSH) return blockFlush();
  const count = registers.count;
  const sector = registers.sector;
  if (request != abi.BLOCK_READ && request != abi.BLOCK_WRITE) return EINVAL;
  if (count > abi.BLOCK_COUNT_MAX || sector > sectors || count > sectors - sector) return EINVAL;
  const at = sector * abi.BLOCK_SECTOR;
  const length = count * abi.BLOCK_SECTOR;
  const data = base + abi.BLOCK_DATA;
  return request == abi.BLOCK_READ ? blockRead(at, data, length) : blockWrite(at, data, length);
}
