/*
 * The ustar parser against blocks made here, and the tree that is built of them.
 */
import { NONE, ROOT, Tree } from "../tree";
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
} from "../ustar";

/** A header block. */
class Block {
  readonly bytes: StaticArray<u8> = new StaticArray<u8>(BLOCK);

  constructor(name: string, prefix: string, size: string, type: string) {
    this.put(0, name);
    this.put(100, "0000644");
    this.put(124, size);
    this.put(136, "00000001750");
    this.put(156, type);
    this.put(257, "ustar");
    this.put(263, "00");
    this.put(345, prefix);
    this.sign();
  }

  put(at: i32, text: string): void {
    for (let i = 0; i < text.length; i++) this.bytes[at + i] = <u8>text.charCodeAt(i);
  }

  /** Writes the right checksum. */
  sign(): void {
    this.put(148, "        ");
    let sum = 0;
    for (let i = 0; i < this.bytes.length; i++) sum += this.bytes[i];
    this.put(148, "0" + sum.toString(8).padStart(5, "0") + "\0");
  }

  parse(header: Header): i32 {
    return header.parse(changetype<usize>(this.bytes));
  }
}

function nameOf(header: Header): string {
  return String.UTF8.decodeUnsafe(changetype<usize>(header.name), header.nameLength);
}

function make(tree: Tree, path: string, isDirectory: bool): i32 {
  const bytes = String.UTF8.encode(path);
  return tree.make(changetype<usize>(bytes), bytes.byteLength, isDirectory);
}

function find(tree: Tree, directory: i32, name: string): i32 {
  const bytes = String.UTF8.encode(name);
  return tree.find(directory, changetype<usize>(bytes), bytes.byteLength);
}

describe("Header", () => {
  test("a file", () => {
    const header = new Header();
    expect(new Block("etc/motd", "", "00000000123", "0").parse(header)).toBe(HEADER_OK);
    expect(nameOf(header)).toBe("etc/motd");
    expect(header.size).toBe(83);
    expect(header.modified).toBe(1000);
    expect(header.mode).toBe(0o644);
    expect(header.isDirectory).toBe(false);
  });

  test("a directory has no data and no slash at its end", () => {
    const header = new Header();
    expect(new Block("etc/", "", "00000000123", "5").parse(header)).toBe(HEADER_OK);
    expect(nameOf(header)).toBe("etc");
    expect(header.isDirectory).toBe(true);
    expect(header.size).toBe(0);
  });

  test("a name of 256 bytes fills name and prefix", () => {
    const header = new Header();
    const name = "n".repeat(100);
    const prefix = "p".repeat(155);
    expect(new Block(name, prefix, "0", "0").parse(header)).toBe(HEADER_OK);
    expect(nameOf(header)).toBe(prefix + "/" + name);
  });

  test("zeros end the archive", () => {
    const zeros = new StaticArray<u8>(BLOCK);
    expect(new Header().parse(changetype<usize>(zeros))).toBe(HEADER_END);
  });

  test("a flipped bit anywhere is noticed, but in the byte behind the checksum, which says nothing", () => {
    const header = new Header();
    const block = new Block("a", "", "0", "0");
    for (let at = 0; at < block.bytes.length; at++) {
      if (at == 155) continue;
      block.bytes[at] ^= 4;
      expect(block.parse(header)).not.toBe(HEADER_OK);
      block.bytes[at] ^= 4;
    }
    expect(block.parse(header)).toBe(HEADER_OK);
  });

  test("what is wrong is told apart", () => {
    const header = new Header();
    let block = new Block("a", "", "0", "0");
    block.put(148, "0000000");
    expect(block.parse(header)).toBe(HEADER_CHECKSUM);
    block = new Block("a", "", "0", "0");
    block.put(257, "tar  ");
    block.sign();
    expect(block.parse(header)).toBe(HEADER_MAGIC);
    expect(new Block("a", "", "0000000009", "0").parse(header)).toBe(HEADER_NUMBER);
    expect(new Block("a", "", "\x80\0\0\0\0\0\0\0\0\0\0\x01", "0").parse(header)).toBe(HEADER_NUMBER);
    expect(new Block("a", "", "0", "2").parse(header)).toBe(HEADER_TYPE);
    expect(new Block("a", "", "0", "x").parse(header)).toBe(HEADER_TYPE);
  });

  test("names that climb or are empty are refused, dots in names are not", () => {
    const header = new Header();
    expect(new Block("..", "", "0", "0").parse(header)).toBe(HEADER_NAME);
    expect(new Block("a/../b", "", "0", "0").parse(header)).toBe(HEADER_NAME);
    expect(new Block("b", "..", "0", "0").parse(header)).toBe(HEADER_NAME);
    expect(new Block("/", "", "0", "5").parse(header)).toBe(HEADER_NAME);
    expect(new Block("..a/b..", "", "0", "0").parse(header)).toBe(HEADER_OK);
    expect(new Block("...", "", "0", "0").parse(header)).toBe(HEADER_OK);
  });
});

describe("Tree", () => {
  test("directories are implied, and taken up when they are named later", () => {
    const tree = new Tree();
    const file = make(tree, "a/b/c", false);
    expect(make(tree, "a/b", true)).toBe(tree.at(file).parent);
    expect(make(tree, "/a//b/c", false)).toBe(file);
    expect(tree.nodes.length).toBe(4);
  });

  test("a file is no directory and a directory no file", () => {
    const tree = new Tree();
    make(tree, "a/b", false);
    expect(make(tree, "a/b/c", false)).toBe(NONE);
    expect(make(tree, "a", false)).toBe(NONE);
    expect(make(tree, "a/b", true)).toBe(NONE);
  });

  test("finds names, itself and its parent; the root is its own parent", () => {
    const tree = new Tree();
    const file = make(tree, "a/b", false);
    const directory = find(tree, ROOT, "a");
    expect(find(tree, directory, "b")).toBe(file);
    expect(find(tree, directory, ".")).toBe(directory);
    expect(find(tree, directory, "..")).toBe(ROOT);
    expect(find(tree, ROOT, "..")).toBe(ROOT);
    expect(find(tree, ROOT, "ab")).toBe(NONE);
    expect(find(tree, ROOT, "")).toBe(NONE);
  });

  test("entries keep the archive's order", () => {
    const tree = new Tree();
    make(tree, "z", false);
    make(tree, "a", true);
    make(tree, "m", false);
    let order = "";
    for (let node = tree.at(ROOT).child; node != NONE; node = tree.at(node).next) {
      order += String.fromCharCode(tree.at(node).name[0]);
    }
    expect(order).toBe("zam");
  });
});
