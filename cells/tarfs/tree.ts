/*
 * The archive's files as a tree. Nodes are numbered; the root is 0. Directories that no entry names exist
 * because something lies in them; a later entry of the same name takes the place of an earlier one.
 */

/** The root. */
export const ROOT: i32 = 0;
/** No node. */
export const NONE: i32 = -1;

const SLASH: u8 = 0x2f;
const DOT: u8 = 0x2e;
/** Permissions of a directory that no entry names. */
const IMPLIED_MODE: u32 = 0o755;

/** A file or directory. */
export class Node {
  /** Where the data lies in the archive, and its bytes. */
  offset: u32 = 0;
  size: u32 = 0;
  /** Last change, in seconds since 1970. */
  modified: u64 = 0;
  /** Permissions. */
  mode: u32 = IMPLIED_MODE;
  /** First and last entry of a directory, and the next entry of the directory that this lies in. */
  child: i32 = NONE;
  last: i32 = NONE;
  next: i32 = NONE;

  constructor(
    readonly parent: i32,
    /** The name, UTF-8 or not. */
    readonly name: StaticArray<u8>,
    public isDirectory: bool,
  ) {}
}

export class Tree {
  readonly nodes: Node[] = [new Node(ROOT, [], true)];

  /** The node `index`. */
  @inline
  at(index: i32): Node {
    return unchecked(this.nodes[index]);
  }

  /** The entry of `directory` with a name of `length` bytes at `name`; "." and ".." too. NONE if there is none. */
  find(directory: i32, name: usize, length: u32): i32 {
    if (length == 1 && load<u8>(name) == DOT) return directory;
    if (length == 2 && load<u8>(name) == DOT && load<u8>(name, 1) == DOT) return this.at(directory).parent;
    for (let index = this.at(directory).child; index != NONE; index = this.at(index).next) {
      const other = this.at(index).name;
      if (<u32>other.length == length && memory.compare(changetype<usize>(other), name, length) == 0) return index;
    }
    return NONE;
  }

  /**
   * The node for a path of `length` bytes at `path`, made with the directories that lead to it where they
   * are missing; NONE when a part of it is a file, or when it is there and not of that kind.
   */
  make(path: usize, length: u32, isDirectory: bool): i32 {
    let node = ROOT;
    let start: u32 = 0;
    for (let at: u32 = 0; at <= length; at++) {
      if (at < length && load<u8>(path + at) != SLASH) continue;
      if (at > start) {
        node = this.step(node, path + start, at - start, at < length || isDirectory);
        if (node == NONE) return NONE;
      }
      start = at + 1;
    }
    return node;
  }

  private step(directory: i32, name: usize, length: u32, isDirectory: bool): i32 {
    const found = this.find(directory, name, length);
    if (found == NONE) return this.add(directory, name, length, isDirectory);
    return this.at(found).isDirectory == isDirectory ? found : NONE;
  }

  private add(directory: i32, name: usize, length: u32, isDirectory: bool): i32 {
    const copy = new StaticArray<u8>(length);
    memory.copy(changetype<usize>(copy), name, length);
    const index = this.nodes.length;
    this.nodes.push(new Node(directory, copy, isDirectory));
    const parent = this.at(directory);
    if (parent.last == NONE) parent.child = index;
    else this.at(parent.last).next = index;
    parent.last = index;
    return index;
  }
}
