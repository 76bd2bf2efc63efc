/*
 * The archive in the machine's memory, seen through a device window: reads ranges of it, and builds the
 * tree of its files, once, at start. An archive with a header that is not whole is refused as a whole.
 */

import { load64, load8 } from "rumpk/mmio";
import { Tree, NONE } from "./tree";
import {
  BLOCK,
  HEADER_CHECKSUM,
  HEADER_END,
  HEADER_MAGIC,
  HEADER_NAME,
  HEADER_NUMBER,
  HEADER_OK,
  HEADER_TYPE,
  Header,
} from "./ustar";

/** An archive holds less than this many bytes. */
const LIMIT: u64 = 0x80000000;

export class Archive {
  readonly tree: Tree = new Tree();
  /** Where the scan is: the header that `failure` is about. */
  position: u32 = 0;
  private readonly header: Header = new Header();
  private readonly block: StaticArray<u8> = new StaticArray<u8>(BLOCK);

  /** An archive of `length` bytes, padding included, in device window `window`. */
  constructor(
    private readonly window: i32,
    private readonly length: u64,
  ) {}

  /** Reads all headers: null, or what is wrong with the one at `position`. */
  scan(): string | null {
    const header = this.header;
    const block = changetype<usize>(this.block);
    while (true) {
      if (<u64>this.position + BLOCK > this.length) return "no end";
      this.read(this.position, block, BLOCK);
      const result = header.parse(block);
      if (result == HEADER_END) return null;
      if (result != HEADER_OK) return headerText(result);
      const data = <u64>this.position + BLOCK;
      const next = data + ((header.size + BLOCK - 1) & ~(<u64>BLOCK - 1));
      if (header.size >= LIMIT || next >= LIMIT) return "a file that is too large";
      if (data + header.size > this.length) return "a file that is cut off";
      if (!this.enter(<u32>data)) return "a file and a directory of one name";
      this.position = <u32>next;
    }
  }

  /** Copies `length` bytes from `offset` on to `target`. */
  read(offset: u32, target: usize, length: u32): void {
    let done: u32 = 0;
    for (; done < length && ((offset + done) & 7) != 0; done++) this.copyByte(offset, target, done);
    for (; done + 8 <= length; done += 8) store<u64>(target + done, load64(this.window, offset + done));
    for (; done < length; done++) this.copyByte(offset, target, done);
  }


  @inline
  private copyByte(offset: u32, target: usize, at: u32): void {
    store<u8>(target + at, <u8>load8(this.window, offset + at));
  }

  private enter(data: u32): bool {
    const header = this.header;
    const index = this.tree.make(changetype<usize>(header.name), header.nameLength, header.isDirectory);
    if (index == NONE) return false;
    const node = this.tree.at(index);
    node.offset = data;
    node.size = <u32>header.size;
    node.modified = header.modified;
    node.mode = header.mode;
    return true;
  }
}

function headerText(result: i32): string {
  switch (result) {
    case HEADER_CHECKSUM:
      return "a wrong checksum";
    case HEADER_MAGIC:
      return "no ustar header";
    case HEADER_NUMBER:
      return "a number that is not octal";
    case HEADER_TYPE:
      return "an entry that is neither file nor directory";
    case HEADER_NAME:
      return "a name that leads nowhere";
  }
  return "a broken header";
}
