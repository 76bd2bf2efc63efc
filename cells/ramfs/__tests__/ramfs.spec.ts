/*
 * ramfs through its protocol: what is written comes back, what does not fit is refused whole, nothing of what
 * was removed comes back, and no message harms it. A model of one file checks random writes byte for byte.
 */
import { EBUSY, EEXIST, EINVAL, EISDIR, ENAMETOOLONG, ENOENT, ENOSPC, ENOTDIR, ENOTEMPTY, EPROTO } from "rumpk/abi";
import { ROOT_FID, SIZE, TestClient } from "rumpk/__tests__/client";
import { Hostile } from "rumpk/__tests__/hostile";
import { Fids } from "rumpk/ninep/fids";
import { Attributes, NONE, ROOT, Space } from "rumpk/ninep/files";
import { Server } from "rumpk/ninep/server";
import {
  OPEN_APPEND,
  OPEN_READ,
  OPEN_READ_WRITE,
  OPEN_TRUNCATE,
  OPEN_WRITE,
  SET_SIZE,
  TLCREATE,
} from "rumpk/ninep/types";
import { BLOCK, BLOCKS } from "../blocks";
import { MemoryFiles } from "../files";
import { NODES } from "../nodes";

const DIRECTORY: u32 = 0x200;

/** The seed of a run; every run tries another one. */
@external("machine", "seed")
declare function runSeed(): u32;

class Client extends TestClient {
  private readonly bytes: StaticArray<u8> = new StaticArray<u8>(SIZE);
  readonly fids: Fids = new Fids();
  readonly server!: Server;

  constructor(files: MemoryFiles) {
    super();
    this.server = new Server(files, changetype<usize>(this.bytes), SIZE);
  }

  exchange(message: usize, length: u32): usize {
    this.answered = this.server.handle(this.fids, message, length);
    return changetype<usize>(this.bytes);
  }
}

function freshFiles(): MemoryFiles {
  return new MemoryFiles((): u64 => 1000);
}

/** A client with a session. */
function started(files: MemoryFiles = freshFiles()): Client {
  const client = new Client(files);
  expect(client.start()).toBe(0);
  return client;
}

/** Makes a file with some text, and lets go of it. */
function put(client: Client, name: string, text: string): void {
  expect(client.walk(ROOT_FID, 90, "")).toBe(0);
  expect(client.create(90, name, OPEN_WRITE)).toBe(0);
  expect(client.write(90, 0, text)).toBe(String.UTF8.byteLength(text));
  expect(client.clunk(90)).toBe(0);
}

/** The text of a file, or an error. */
function get(client: Client, path: string): string {
  const walked = client.walk(ROOT_FID, 91, path);
  if (walked < 0) return "error " + walked.toString();
  if (walked < path.split("/").length) return "no";
  const opened = client.open(91);
  const text = opened < 0 ? "error " + opened.toString() : client.read(91, 0, 4096);
  client.clunk(91);
  return text;
}

function listed(client: Client, path: string): string {
  expect(client.walk(ROOT_FID, 92, path)).toBe(path.length == 0 ? 0 : path.split("/").length);
  expect(client.open(92)).toBe(0);
  const names = client.list(92);
  client.clunk(92);
  return names;
}

describe("files", () => {
  test("create, write, read, append, cut", () => {
    const client = started();
    put(client, "a", "hello world");
    expect(get(client, "a")).toBe("hello world");
    client.walk(ROOT_FID, 1, "a");
    expect(client.open(1, OPEN_WRITE | OPEN_APPEND)).toBe(0);
    expect(client.write(1, 0, "!")).toBe(1);
    expect(client.read(1, 0, 10)).toBe("error " + EINVAL.toString());
    expect(get(client, "a")).toBe("hello world!");
    expect(client.set(1, SET_SIZE, 0, 5)).toBe(0);
    expect(get(client, "a")).toBe("hello");
    expect(client.size(1)).toBe(5);
    client.walk(ROOT_FID, 2, "a");
    expect(client.open(2, OPEN_READ_WRITE | OPEN_TRUNCATE)).toBe(0);
    expect(client.size(2)).toBe(0);
    expect(client.write(2, 3, "x")).toBe(1);
    expect(client.read(2, 0, 10)).toBe("\0\0\0x");
  });

  test("what was cut away does not come back when the file grows", () => {
    const client = started();
    put(client, "a", "secret");
    client.walk(ROOT_FID, 1, "a");
    client.set(1, SET_SIZE, 0, 2);
    client.set(1, SET_SIZE, 0, 6);
    expect(get(client, "a")).toBe("se\0\0\0\0");
    client.set(1, SET_SIZE, 0, 0);
    client.set(1, SET_SIZE, 0, BLOCK + 1);
    expect(get(client, "a")).toBe("\0".repeat(BLOCK));
  });

  test("names: taken, bad, too long, through a file", () => {
    const client = started();
    put(client, "a", "");
    client.walk(ROOT_FID, 1, "");
    expect(client.create(1, "a", OPEN_WRITE)).toBe(EEXIST);
    expect(client.makeDirectory(1, "a")).toBe(EEXIST);
    expect(client.makeDirectory(1, "..")).toBe(EINVAL);
    expect(client.makeDirectory(1, "")).toBe(EINVAL);
    expect(client.makeDirectory(1, "x/y")).toBe(EINVAL);
    expect(client.makeDirectory(1, "n".repeat(256))).toBe(ENAMETOOLONG);
    expect(client.makeDirectory(1, "n".repeat(255))).toBe(0);
    client.walk(ROOT_FID, 2, "a");
    expect(client.makeDirectory(2, "b")).toBe(ENOTDIR);
    expect(client.walk(2, 3, "b")).toBe(ENOTDIR);
    expect(client.walk(ROOT_FID, 3, "nosuch")).toBe(ENOENT);
  });

  test("a removed file lives as long as a fid stands for it, and then its space is free", () => {
    const client = started();
    const before = client.freeBlocks(ROOT_FID);
    put(client, "a", "still here");
    client.walk(ROOT_FID, 1, "a");
    client.open(1);
    expect(client.unlink(ROOT_FID, "a")).toBe(0);
    expect(get(client, "a")).toBe("error " + ENOENT.toString());
    expect(client.read(1, 0, 100)).toBe("still here");
    expect(client.freeBlocks(ROOT_FID)).toBe(before - 1);
    client.clunk(1);
    expect(client.freeBlocks(ROOT_FID)).toBe(before);
  });

  test("a client that goes away lets go of everything", () => {
    const files = freshFiles();
    const client = started(files);
    const before = client.freeBlocks(ROOT_FID);
    put(client, "a", "x");
    client.walk(ROOT_FID, 1, "a");
    client.unlink(ROOT_FID, "a");
    client.server.forget(client.fids);
    expect(started(files).freeBlocks(ROOT_FID)).toBe(before);
  });
});

describe("directories", () => {
  test("make, list, remove", () => {
    const client = started();
    expect(client.makeDirectory(ROOT_FID, "d")).toBe(0);
    put(client, "f", "");
    expect(listed(client, "")).toBe("d/ f");
    expect(client.unlink(ROOT_FID, "d")).toBe(EISDIR);
    expect(client.unlink(ROOT_FID, "f", DIRECTORY)).toBe(ENOTDIR);
    client.walk(ROOT_FID, 1, "d");
    client.makeDirectory(1, "e");
    expect(client.unlink(ROOT_FID, "d", DIRECTORY)).toBe(ENOTEMPTY);
    expect(client.unlink(1, "e", DIRECTORY)).toBe(0);
    expect(client.unlink(ROOT_FID, "d", DIRECTORY)).toBe(0);
    expect(client.makeDirectory(1, "late")).toBe(ENOENT);
    expect(client.walk(1, 2, "..")).toBe(ENOENT);
    expect(client.remove(ROOT_FID)).toBe(EBUSY);
  });

  test("a listing goes on where it was although entries are removed", () => {
    const client = started();
    for (let i = 0; i < 40; i++) put(client, "file" + i.toString(), "");
    client.walk(ROOT_FID, 1, "");
    client.open(1);
    let seen = 0;
    for (let offset: u64 = 0; ; offset = client.next) {
      const names = client.list(1, offset, 120);
      if (names.length == 0 && client.next == offset) break;
      const each = names.length > 0 ? names.split(" ") : [];
      for (let i = 0; i < each.length; i++) expect(client.unlink(ROOT_FID, each[i])).toBe(0);
      seen += each.length;
      if (seen == 40) break;
    }
    expect(seen).toBe(40);
    expect(listed(client, "")).toBe("");
  });

  test("rename: to another directory, over a file, over an empty directory, not into itself", () => {
    const client = started();
    client.makeDirectory(ROOT_FID, "d");
    client.makeDirectory(ROOT_FID, "e");
    put(client, "a", "A");
    put(client, "b", "B");
    client.walk(ROOT_FID, 1, "d");
    expect(client.renameAt(ROOT_FID, "a", 1, "a2")).toBe(0);
    expect(get(client, "d/a2")).toBe("A");
    expect(client.renameAt(1, "a2", ROOT_FID, "b")).toBe(0);
    expect(get(client, "b")).toBe("A");
    expect(client.renameAt(ROOT_FID, "b", ROOT_FID, "d")).toBe(EISDIR);
    expect(client.renameAt(ROOT_FID, "d", ROOT_FID, "b")).toBe(ENOTDIR);
    expect(client.renameAt(ROOT_FID, "e", 1, "inside")).toBe(0);
    expect(client.renameAt(ROOT_FID, "d", 1, "loop")).toBe(EINVAL);
    client.walk(ROOT_FID, 2, "d/inside");
    expect(client.rename(1, 2, "deep")).toBe(EINVAL);
    expect(client.rename(2, ROOT_FID, "up")).toBe(0);
    expect(client.renameAt(ROOT_FID, "d", ROOT_FID, "up")).toBe(0);
    expect(listed(client, "")).toBe("b up/");
  });
});

describe("limits", () => {
  test("no more than the blocks there are; what is freed can be used again", () => {
    const client = started();
    client.walk(ROOT_FID, 1, "");
    client.create(1, "big", OPEN_READ_WRITE);
    const all: u64 = <u64>BLOCKS * BLOCK;
    expect(client.set(1, SET_SIZE, 0, all + 1)).toBe(ENOSPC);
    expect(client.size(1)).toBe(0);
    expect(client.set(1, SET_SIZE, 0, all)).toBe(0);
    expect(client.write(1, all - 2, "four")).toBe(2);
    expect(client.write(1, all, "x")).toBe(ENOSPC);
    client.walk(ROOT_FID, 2, "");
    client.create(2, "more", OPEN_WRITE);
    expect(client.write(2, 0, "x")).toBe(ENOSPC);
    expect(client.size(2)).toBe(0);
    expect(client.write(2, 0xffffffffffffffff, "x")).toBe(ENOSPC);
    client.set(1, SET_SIZE, 0, all - 3 * BLOCK);
    expect(client.write(2, 4 * BLOCK, "x")).toBe(ENOSPC);
    expect(client.size(2)).toBe(0);
    expect(client.write(2, 2 * BLOCK, "x")).toBe(1);
    expect(client.freeBlocks(ROOT_FID)).toBe(0);
  });

  test("no more files than there are nodes", () => {
    const client = started();
    for (let i = 1; i < NODES; i++) put(client, i.toString(), "");
    client.walk(ROOT_FID, 1, "");
    expect(client.create(1, "last", OPEN_WRITE)).toBe(ENOSPC);
    expect(client.unlink(ROOT_FID, "7")).toBe(0);
    expect(client.create(1, "last", OPEN_WRITE)).toBe(0);
  });

  test("messages grow no larger than was agreed", () => {
    const client = new Client(freshFiles());
    expect(client.version(255)).toBe(EPROTO);
    expect(client.version(256)).toBe(0);
    client.attach();
    client.walk(ROOT_FID, 1, "");
    client.create(1, "a", OPEN_READ_WRITE);
    client.set(1, SET_SIZE, 0, 1000);
    expect(client.read(1, 0, 1000).length).toBe(245);
  });
});

test("random writes, cuts and reads of one file, against an array", () => {
  const random = new Hostile(runSeed() | 1);
  const client = started();
  const model = new Array<u8>();
  client.walk(ROOT_FID, 1, "");
  client.create(1, "file", OPEN_READ_WRITE);
  for (let step = 0; step < 1500; step++) {
    const at = random.below(3 * BLOCK);
    if (random.below(4) == 0) {
      expect(client.set(1, SET_SIZE, 0, at)).toBe(0);
      while (<u32>model.length < at) model.push(0);
      model.length = at;
    } else if (random.below(2) == 0) {
      const text = "abcdefghij".substr(random.below(5)).repeat(random.below(60) + 1);
      expect(client.write(1, at, text)).toBe(text.length);
      while (<u32>model.length < at + text.length) model.push(0);
      for (let i = 0; i < text.length; i++) model[at + i] = <u8>text.charCodeAt(i);
    } else {
      const length = random.below(6000);
      let expected = "";
      for (let i = at; i < min<u32>(at + length, model.length); i++) expected += String.fromCharCode(model[i]);
      expect(client.read(1, at, length) == expected).toBe(true);
    }
  }
});

test("hostile clients are answered, and the tree stays whole", () => {
  const hostile = new Hostile(runSeed() | 1);
  const files = freshFiles();
  const client = started(files);
  const answer = new StaticArray<u8>(SIZE);
  const server = new Server(files, changetype<usize>(answer), SIZE);
  const hostilePeer = new Client(files);
  const fids = hostilePeer.fids;
  let made = 0;
  for (let i = 0; i < 20000; i++) {
    if (hostile.below(12) == 0) prepare(hostilePeer);
    hostile.make();
    const length = server.handle(fids, changetype<usize>(hostile.message), hostile.length);
    if (load<u8>(changetype<usize>(answer), 4) == TLCREATE + 1) made++;
    if (!hostile.isAnswer(changetype<usize>(answer), length, SIZE)) {
      throw new Error("message " + i.toString() + " of type " + hostile.message[4].toString());
    }
  }
  expect(made > 50).toBe(true, "they got somewhere");
  server.forget(fids);
  clear(files, ROOT);
  const space = new Space();
  files.space(space);
  expect(space.freeBlocks).toBe(BLOCKS);
  expect(space.freeFiles).toBe(NODES - 1);
});

/** A session with fids for a hostile client to start from. */
function prepare(client: Client): void {
  client.start();
  client.makeDirectory(ROOT_FID, "a");
  client.walk(ROOT_FID, 1, "a");
  client.walk(ROOT_FID, 2, "");
  client.walk(ROOT_FID, 3, "b");
  client.walk(ROOT_FID, 4, "a");
  client.walk(ROOT_FID, 5, "a/b");
}

/** Removes everything below a directory. */
function clear(files: MemoryFiles, directory: i32): void {
  const known = new Attributes();
  for (let node = files.entryAfter(directory, 0); node != NONE; node = files.entryAfter(directory, 0)) {
    expect(files.parent(node)).toBe(directory);
    files.attributes(node, known);
    if (known.isDirectory) clear(files, node);
    expect(files.remove(node)).toBe(0);
  }
}
