/*
 * The device "rumpk,block": sectors move between window and disk, none past its end, and a request is a store of a
 * word.
 */
import * as abi from "../../abi/block";
import { BlockRegisters } from "../../abi/block";
import { EINVAL } from "../../abi/errno";
import { blockLoad, blockOpen, blockStore, hasBlock } from "../block";
import { disk, diskByte, flushes } from "./rim";

const SECTORS: u32 = 40;

function put(name: u32, value: u32): void {
  blockStore(name, value, 4);
}

function ask(request: u32, sector: u64, count: u32): i32 {
  put(offsetof<BlockRegisters>("sector"), <u32>sector);
  put(offsetof<BlockRegisters>("sector") + 4, <u32>(sector >> 32));
  put(offsetof<BlockRegisters>("count"), count);
  put(offsetof<BlockRegisters>("request"), request);
  return blockLoad(offsetof<BlockRegisters>("result"), 4);
}

beforeEach(() => {
  disk(SECTORS * abi.BLOCK_SECTOR);
  blockOpen(SECTORS * abi.BLOCK_SECTOR + 100);
});

describe("a disk", () => {
  it("has whole sectors, and the driver cannot change how many", () => {
    expect(hasBlock()).toBe(true);
    put(offsetof<BlockRegisters>("sectors"), 1000);
    ask(abi.BLOCK_FLUSH, 0, 0);
    expect(blockLoad(offsetof<BlockRegisters>("sectors"), 4)).toBe(SECTORS);
    blockOpen(abi.BLOCK_SECTOR - 1);
    expect(hasBlock()).toBe(false);
  });

  it("is read and written in sectors", () => {
    expect(ask(abi.BLOCK_READ, 3, 2)).toBe(0);
    for (let at: u32 = 0; at < 1024; at += 97) {
      const byte = 3 * abi.BLOCK_SECTOR + at;
      expect(blockLoad(abi.BLOCK_DATA + at, 1)).toBe((byte * 7 + (byte >> 8)) & 255);
    }
    blockStore(abi.BLOCK_DATA, 0xa1b2, 2);
    expect(ask(abi.BLOCK_WRITE, 39, 1)).toBe(0);
    expect(diskByte(39 * 512)).toBe(0xb2);
    expect(diskByte(39 * 512 + 1)).toBe(0xa1);
    const before = flushes();
    expect(ask(abi.BLOCK_FLUSH, 0, 0)).toBe(0);
    expect(flushes()).toBe(before + 1);
  });

  it("has none beyond its end, no requests of that many, and no other requests", () => {
    expect(ask(abi.BLOCK_READ, 40, 0)).toBe(0);
    expect(ask(abi.BLOCK_READ, 40, 1)).toBe(EINVAL);
    expect(ask(abi.BLOCK_WRITE, 39, 2)).toBe(EINVAL);
    expect(ask(abi.BLOCK_READ, u64.MAX_VALUE, 1)).toBe(EINVAL);
    expect(ask(abi.BLOCK_READ, 0, abi.BLOCK_COUNT_MAX + 1)).toBe(EINVAL);
    expect(ask(abi.BLOCK_READ, 0, u32.MAX_VALUE)).toBe(EINVAL);
    expect(ask(99, 0, 1)).toBe(EINVAL);
  });

  it("does a request for a store of a word alone", () => {
    const before = flushes();
    for (let byte: u32 = 0; byte < 4; byte++) blockStore(offsetof<BlockRegisters>("request") + byte, byte ? 0 : 3, 1);
    expect(flushes()).toBe(before);
  });
});
