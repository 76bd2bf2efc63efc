/*
 * The device "rumpk,hostdir": requests refused before the host is involved, and requests passed to the host.
 */
import { EACCES, EINVAL, EISDIR, ELOOP, ENAMETOOLONG, ENOENT, ENOTDIR } from "../../abi/errno";
import * as abi from "../../abi/hostdir";
import { HostdirRegisters } from "../../abi/hostdir";
import { hasHostdir, hostdirLoad, hostdirOpen, hostdirStore } from "../hostdir";
import { answer, asked, forget, kind } from "./rim";

/** Bytes of data in requests. */
const LENGTH: u32 = 5;

function put(offset: u32, value: u32): void {
  hostdirStore(offset, value, 4);
}

function putText(offset: u32, text: string): void {
  for (let at = 0; at < text.length; at++) hostdirStore(offset + at, <u32>text.charCodeAt(at), 1);
}

function word(offset: u32): u32 {
  return hostdirLoad(offset, 4);
}

/** The result of a request for a path in a folder. */
function ask(request: u32, path: string, folder: u32 = 1, length: u32 = LENGTH): i32 {
  forget();
  putText(abi.HOSTDIR_PATH, path);
  put(offsetof<HostdirRegisters>("folder"), folder);
  put(offsetof<HostdirRegisters>("pathLength"), path.length);
  put(offsetof<HostdirRegisters>("length"), length);
  put(offsetof<HostdirRegisters>("offset"), 77);
  put(offsetof<HostdirRegisters>("request"), request);
  return word(offsetof<HostdirRegisters>("result"));
}

beforeEach(() => {
  hostdirOpen(2);
  kind(abi.HOSTDIR_FILE);
  answer(3);
});

describe("a request", () => {
  it("comes to the host with what it is about", () => {
    expect(hasHostdir()).toBe(true);
    for (let request = abi.HOSTDIR_NAME; request <= abi.HOSTDIR_TOUCH; request++) {
      if (request == abi.HOSTDIR_STAT || request == abi.HOSTDIR_LIST) continue;
      putText(abi.HOSTDIR_DATA, "a/b.c");
      expect(ask(request, "sub/name")).toBe(3);
      expect([asked(0), asked(1), asked(2), asked(3), asked(4)]).toStrictEqual([request, 1, 8, 77, LENGTH]);
    }
    kind(abi.HOSTDIR_DIRECTORY);
    expect(ask(abi.HOSTDIR_LIST, "")).toBe(3);
    expect(asked(4)).toBe(abi.HOSTDIR_DATA_MAX);
    expect(word(offsetof<HostdirRegisters>("folders"))).toBe(2);
  });

  it("is refused when it is none, or about no folder, or too much", () => {
    expect(ask(0, "name")).toBe(EINVAL);
    expect(ask(99, "name")).toBe(EINVAL);
    expect(ask(abi.HOSTDIR_READ, "name", 2)).toBe(EINVAL);
    expect(ask(abi.HOSTDIR_READ, "name", 0, abi.HOSTDIR_DATA_MAX + 1)).toBe(EINVAL);
    put(offsetof<HostdirRegisters>("length"), 0);
    put(offsetof<HostdirRegisters>("pathLength"), abi.HOSTDIR_PATH_MAX + 1);
    put(offsetof<HostdirRegisters>("request"), abi.HOSTDIR_READ);
    expect(<i32>word(offsetof<HostdirRegisters>("result"))).toBe(ENAMETOOLONG);
    expect(asked(0)).toBe(-1);
  });

  it("fills the registers with what a path names", () => {
    expect(ask(abi.HOSTDIR_STAT, "name")).toBe(0);
    expect(word(offsetof<HostdirRegisters>("kind"))).toBe(abi.HOSTDIR_FILE);
    expect(word(offsetof<HostdirRegisters>("size"))).toBe(8);
    expect(word(offsetof<HostdirRegisters>("size") + 4)).toBe(256);
    expect(word(offsetof<HostdirRegisters>("modified"))).toBe(16);
    expect(word(offsetof<HostdirRegisters>("identity"))).toBe(24);
    kind(ENOENT);
    expect(ask(abi.HOSTDIR_STAT, "name")).toBe(ENOENT);
  });
});

describe("a path", () => {
  it("has names that are not empty, '.' or '..', and no NUL", () => {
    const bad = ["..", ".", "/", "/a", "a/", "a//b", "../a", "a/..", "a/../b", "a/./b", "./a", "a\0b"];
    for (let index = 0; index < bad.length; index++) {
      expect(ask(abi.HOSTDIR_CREATE, bad[index])).toBe(EACCES, bad[index]);
      expect(asked(0)).toBe(-1);
      putText(abi.HOSTDIR_DATA, bad[index]);
      expect(ask(abi.HOSTDIR_RENAME, "name", 0, bad[index].length)).toBe(EACCES, bad[index]);
      expect(asked(0)).toBe(-1);
    }
    const good = ["", "a", "...", ".a", "a.", "..a/b", "a/.../b"];
    for (let index = 0; index < good.length; index++) expect(ask(abi.HOSTDIR_CREATE, good[index])).toBe(3);
  });
});

describe("a path to rename to", () => {
  it("is as long as any path may be, although the data is longer", () => {
    for (let at: u32 = 0; at < abi.HOSTDIR_DATA_MAX; at++) hostdirStore(abi.HOSTDIR_DATA + at, 0x61, 1);
    expect(ask(abi.HOSTDIR_RENAME, "name", 0, abi.HOSTDIR_PATH_MAX + 1)).toBe(ENAMETOOLONG);
    expect(asked(0)).toBe(-1);
    expect(ask(abi.HOSTDIR_RENAME, "name", 0, abi.HOSTDIR_PATH_MAX)).toBe(3);
  });
});

describe("what a path names", () => {
  it("decides whether a file's requests are made", () => {
    for (let request = abi.HOSTDIR_READ; request <= abi.HOSTDIR_WRITE; request++) {
      kind(abi.HOSTDIR_DIRECTORY);
      expect(ask(request, "name")).toBe(EISDIR);
      kind(abi.HOSTDIR_LINK);
      expect(ask(request, "name")).toBe(ELOOP);
      kind(abi.HOSTDIR_OTHER);
      expect(ask(request, "name")).toBe(EACCES);
      kind(ENOENT);
      expect(ask(request, "name")).toBe(ENOENT);
      expect(asked(0)).toBe(-1);
    }
  });

  it("decides whether it is listed", () => {
    expect(ask(abi.HOSTDIR_LIST, "name")).toBe(ENOTDIR);
    kind(abi.HOSTDIR_LINK);
    expect(ask(abi.HOSTDIR_LIST, "name")).toBe(ELOOP);
    expect(asked(0)).toBe(-1);
  });
});
