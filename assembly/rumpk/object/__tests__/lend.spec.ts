/*
 * Lends: only the peer, only the range, only the direction that was lent, and only while both ends are there.
 */
import { COPY_TO_LENDER, LEND_READ, LEND_WRITE } from "../../../abi/calls";
import { EACCES, EBADF, EFAULT, EINVAL, EMFILE } from "../../../abi/errno";
import { channelDetach, channelMoveOwner } from "../ends";
import { slotAt } from "../capability";
import { lendCopy, lendMake, lendsDrop } from "../lend";
import { LENDS } from "../../base/limits";
import { peek, poke } from "../../__tests__/machine";
import { MAIN, MAIN_FILES, MAIN_STREAM, SERVER, bootSystem } from "../../__tests__/system";

const END: u32 = 2 << 16;
const BOTH: u32 = LEND_READ | LEND_WRITE;

let files: u32 = 0;
let stream: u32 = 0;

beforeEach(() => {
  bootSystem();
  files = slotAt(MAIN, MAIN_FILES).object;
  stream = slotAt(MAIN, MAIN_STREAM).object;
});

/** The server reads lend `id` of main. */
function read(id: u32, offset: u64, pointer: u32, length: u32): i32 {
  return lendCopy(SERVER, files, 1, id, 0, offset, pointer, length);
}

/** The server writes lend `id` of main. */
function write(id: u32, offset: u64, pointer: u32, length: u32): i32 {
  return lendCopy(SERVER, files, 1, id, COPY_TO_LENDER, offset, pointer, length);
}

describe("lending", () => {
  test("needs a direction, and knows two", () => {
    expect<i32>(lendMake(MAIN, files, 0, 0, 16, 0)).toBe(EINVAL);
    expect<i32>(lendMake(MAIN, files, 0, 0, 16, 4)).toBe(EINVAL);
    expect<i32>(lendMake(MAIN, files, 0, 0, 16, BOTH)).toBe(0);
  });
  test("sixteen at once, each with its own id, and no more", () => {
    for (let id: u32 = 0; id < LENDS; ++id) expect<i32>(lendMake(MAIN, files, 0, 16 * id, 16, BOTH)).toBe(id);
    expect<i32>(lendMake(MAIN, files, 0, 0, 16, BOTH)).toBe(EMFILE);
    expect<i32>(lendMake(SERVER, files, 1, 0, 16, BOTH)).toBe(0);
    poke(MAIN, 16 * 15, 99);
    expect<i32>(read(15, 0, 500, 1)).toBe(1);
    expect<i32>(peek(SERVER, 500)).toBe(99);
  });
  test("a dead lend's id is used again", () => {
    for (let id: u32 = 0; id < LENDS; ++id) lendMake(MAIN, id == 7 ? stream : files, 0, 0, 16, BOTH);
    channelDetach(stream, 1);
    expect<i32>(lendMake(MAIN, files, 0, 0, 16, BOTH)).toBe(7);
  });
});

describe("copying", () => {
  test("goes only the way that was lent", () => {
    lendMake(MAIN, files, 0, 100, 16, LEND_READ);
    lendMake(MAIN, files, 0, 200, 16, LEND_WRITE);
    expect<i32>(read(0, 0, 500, 16)).toBe(16);
    expect<i32>(write(0, 0, 500, 16)).toBe(EACCES);
    expect<i32>(read(1, 0, 500, 16)).toBe(EACCES);
    poke(SERVER, 503, 42);
    expect<i32>(write(1, 2, 502, 4)).toBe(4);
    expect<i32>(peek(MAIN, 203)).toBe(42);
  });
  test("stays in the range, to the byte", () => {
    lendMake(MAIN, files, 0, 100, 16, BOTH);
    poke(MAIN, 116, 1);
    poke(SERVER, 500, 0xee);
    expect<i32>(read(0, 15, 600, 1)).toBe(1);
    expect<i32>(read(0, 16, 600, 0)).toBe(0);
    expect<i32>(read(0, 15, 600, 2)).toBe(EINVAL);
    expect<i32>(write(0, 16, 500, 1)).toBe(EINVAL);
    expect<i32>(write(0, 0, 500, 17)).toBe(EINVAL);
    expect<i32>(read(0, u64.MAX_VALUE, 600, 2)).toBe(EINVAL);
    expect<i32>(read(0, 0x1_0000_0000, 600, 1)).toBe(EINVAL);
    expect<i32>(read(0, 1, 600, 0xffffffff)).toBe(EINVAL);
    expect<i32>(peek(MAIN, 116)).toBe(1);
  });
  test("stays in the copier's own memory", () => {
    lendMake(MAIN, files, 0, 100, 16, BOTH);
    expect<i32>(read(0, 0, END - 15, 16)).toBe(EFAULT);
    expect<i32>(write(0, 0, 0xffffffff, 16)).toBe(EFAULT);
  });
  test("is for the peer on that channel alone", () => {
    lendMake(MAIN, files, 0, 100, 16, BOTH);
    expect<i32>(lendCopy(SERVER, stream, 1, 0, 0, 0, 500, 1)).toBe(EBADF);
    expect<i32>(lendCopy(MAIN, files, 0, 0, 0, 0, 500, 1)).toBe(EBADF);
    expect<i32>(read(1, 0, 500, 1)).toBe(EBADF);
    expect<i32>(read(LENDS, 0, 500, 1)).toBe(EBADF);
    expect<i32>(read(255, 0, 500, 1)).toBe(EBADF);
  });
  test("is not for who holds the lender's own end, also when the lender holds both", () => {
    lendMake(MAIN, files, 0, 100, 16, BOTH);
    channelMoveOwner(files, 1, MAIN, MAIN_FILES);
    expect<i32>(lendCopy(SERVER, files, 0, 0, 0, 0, 500, 1)).toBe(EBADF);
    expect<i32>(lendCopy(SERVER, files, 1, 0, 0, 0, 500, 1)).toBe(1);
  });
});

describe("a lend dies", () => {
  test("with the lender's end", () => {
    lendMake(MAIN, files, 0, 100, 16, BOTH);
    channelDetach(files, 0);
    expect<i32>(read(0, 0, 500, 1)).toBe(EBADF);
  });
  test("with the peer's end", () => {
    lendMake(SERVER, files, 1, 100, 16, BOTH);
    expect<i32>(lendCopy(MAIN, files, 0, 0, 0, 0, 500, 1)).toBe(1);
    channelDetach(files, 0);
    expect<i32>(lendCopy(MAIN, files, 0, 0, 0, 0, 500, 1)).toBe(EBADF);
  });
  test("with the lender's memory", () => {
    lendMake(MAIN, files, 0, 100, 16, BOTH);
    lendMake(MAIN, stream, 0, 100, 16, BOTH);
    lendsDrop(MAIN);
    expect<i32>(read(0, 0, 500, 1)).toBe(EBADF);
    expect<i32>(lendCopy(SERVER, stream, 1, 1, 0, 0, 500, 1)).toBe(EBADF);
  });
});
