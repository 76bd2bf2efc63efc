/*
 * A small tree of files for tests of servers and of what stands in front of them. It counts what was changed
 * and what is held, and keeps everything that was ever made.
 */
import { ENOENT, ENOTEMPTY } from "../../abi/errno";
import { Attributes, Files, NONE, ROOT } from "../ninep/files";

class TestNode {
  isDirectory: bool = false;
  parent: i32 = ROOT;
  name: StaticArray<u8> = [];
  data: Array<u8> = [];
  holds: i32 = 0;
  cookie: u64 = 0;
}

function inOneLine(at: usize, length: i32): string {
  return String.UTF8.decodeUnsafe(at, length).replaceAll("\n", "\\n");
}

export class TestTree extends Files {
  /** Calls that changed something. */
  changes: i32 = 0;
  /** Fids that stand for something. */
  held: i32 = 0;
  private readonly nodes: TestNode[] = [];
  private cookie: u64 = 0;
  /** Entries with a cookie above this one cannot be told, with this errno. */
  brokenAbove: u64 = u64.MAX_VALUE;
  broken: i32 = 0;

  constructor() {
    super();
    this.make(ROOT, "", true);
  }

  /** Makes a file with some text, or a directory: its node. */
  make(parent: i32, name: string, isDirectory: bool, text: string = ""): i32 {
    const node = new TestNode();
    node.isDirectory = isDirectory;
    node.parent = parent;
    node.name = bytesOf(name);
    node.cookie = ++this.cookie;
    const data = bytesOf(text);
    for (let i = 0; i < data.length; i++) node.data.push(data[i]);
    this.nodes.push(node);
    return this.nodes.length - 1;
  }

  /**
   * Everything below a directory, a line each: paths, and the text of files, in which an end of line is shown as \n.
   */
  picture(directory: i32 = ROOT, path: string = ""): string {
    let text = "";
    for (let i = 1; i < this.nodes.length; i++) {
      const node = this.nodes[i];
      if (node.parent != directory) continue;
      const own = path + "/" + inOneLine(changetype<usize>(node.name), node.name.length);
      text += own + "=" + inOneLine(node.data.dataStart, node.data.length) + "\n";
      if (node.isDirectory) text += this.picture(i, own);
    }
    return text;
  }

  get writable(): bool {
    return true;
  }

  attributes(index: i32, into: Attributes): void {
    const node = this.nodes[index];
    into.isDirectory = node.isDirectory;
    into.mode = 0o644;
    into.size = node.data.length;
    into.inode = index;
  }

  parent(index: i32): i32 {
    return this.nodes[index].parent;
  }

  find(directory: i32, name: usize, length: u32): i32 {
    for (let i = 1; i < this.nodes.length; i++) {
      const node = this.nodes[i];
      if (node.parent != directory || <u32>node.name.length != length) continue;
      if (memory.compare(changetype<usize>(node.name), name, length) == 0) return i;
    }
    return ENOENT;
  }

  nameOf(index: i32): usize {
    return changetype<usize>(this.nodes[index].name);
  }

  nameLength(index: i32): u32 {
    return this.nodes[index].name.length;
  }

  cookieOf(index: i32): u64 {
    return this.nodes[index].cookie;
  }

  entryAfter(directory: i32, cookie: u64): i32 {
    let best = NONE;
    for (let i = 1; i < this.nodes.length; i++) {
      const node = this.nodes[i];
      if (node.parent != directory || node.cookie <= cookie) continue;
      if (best == NONE || node.cookie < this.nodes[best].cookie) best = i;
    }
    return cookie >= this.brokenAbove ? this.broken : best;
  }

  /** Looking at files fails too, while listing does. */
  refresh(index: i32): i32 {
    return this.broken;
  }

  read(index: i32, offset: u64, target: usize, length: u32): i32 {
    const data = this.nodes[index].data;
    if (offset >= <u64>data.length) return 0;
    const count = min<u32>(length, data.length - <u32>offset);
    memory.copy(target, data.dataStart + <usize>offset, count);
    return count;
  }

  hold(index: i32): void {
    this.held++;
    this.nodes[index].holds++;
  }

  release(index: i32): void {
    this.held--;
    assert(--this.nodes[index].holds >= 0);
  }

  create(directory: i32, name: usize, length: u32, mode: u32, isDirectory: bool): i32 {
    this.changes++;
    const index = this.make(directory, "", isDirectory);
    this.rename(index, directory, name, length);
    return index;
  }

  write(index: i32, offset: u64, source: usize, length: u32): i32 {
    const data = this.nodes[index].data;
    const at = <i32>min<u64>(offset, 4096);
    this.changes++;
    while (data.length < at + <i32>length) data.push(0);
    memory.copy(data.dataStart + at, source, length);
    return length;
  }

  resize(index: i32, size: u64): i32 {
    this.changes++;
    this.nodes[index].data.length = <i32>min<u64>(size, 4096);
    return 0;
  }

  remove(index: i32): i32 {
    if (this.entryAfter(index, 0) != NONE) return ENOTEMPTY;
    this.changes++;
    this.nodes[index].parent = NONE;
    return 0;
  }

  rename(index: i32, directory: i32, name: usize, length: u32): i32 {
    const other = this.find(directory, name, length);
    if (other == index) return 0;
    if (other >= 0) {
      const error = this.remove(other);
      if (error < 0) return error;
    }
    this.changes++;
    const node = this.nodes[index];
    node.name = new StaticArray<u8>(length);
    memory.copy(changetype<usize>(node.name), name, length);
    node.parent = directory;
    node.cookie = ++this.cookie;
    return 0;
  }

  setMode(index: i32, mode: u32): i32 {
    this.changes++;
    return 0;
  }

  setModified(index: i32, seconds: u64, now: bool): i32 {
    this.changes++;
    return 0;
  }
}

function bytesOf(text: string): StaticArray<u8> {
  const bytes = new StaticArray<u8>(String.UTF8.byteLength(text));
  String.UTF8.encodeUnsafe(changetype<usize>(text), text.length, changetype<usize>(bytes));
  return bytes;
}
