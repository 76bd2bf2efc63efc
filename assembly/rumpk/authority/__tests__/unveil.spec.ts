/*
 * unveil: canonical paths, longest entry, only narrowing, the lock, and what children inherit.
 */
import { META_UNVEIL_OF } from "../../../abi/calls";
import { EFAULT, EINVAL, ENAMETOOLONG, ENOBUFS, EPERM } from "../../../abi/errno";
import { EVENT_SHRUNK } from "../../../abi/event";
import { UNVEIL_ALL, UNVEIL_BELOW, UNVEIL_READ, UNVEIL_WRITE } from "../../../abi/unveil";
import { sys_meta, sys_unveil } from "../../kernel";
import { SCRATCH_PATH } from "../../base/tables";
import { isCanonical, unveiledAt } from "../unveil";
import { endCell } from "../../life/blink";
import { bootFamily, newChild, readEvent, skipEvents } from "../../__tests__/family";
import { MAIN, MAIN_FILES, SERVER, SERVER_FILES, pokeText } from "../../__tests__/system";

const PATH: u32 = 1024;
const READ = UNVEIL_READ;
const BOTH = UNVEIL_READ | UNVEIL_WRITE;

const bad = ["", "a", "a/b", "/a/", "//", "//a", "/a//b", "/.", "/..", "/a/.", "/a/..", "/a/../b", "/./a", "/a\0b"];

function show(cell: u32, path: string, rights: u32): i64 {
  pokeText(cell, PATH, path);
  return sys_unveil(cell, PATH, path.length, rights);
}

function sees(cell: u32, path: string): u32 {
  for (let i = 0; i < path.length; ++i) store<u8>(SCRATCH_PATH + i, <u8>path.charCodeAt(i));
  return unveiledAt(cell, SCRATCH_PATH, path.length);
}

function canonical(path: string): bool {
  for (let i = 0; i < path.length; ++i) store<u8>(SCRATCH_PATH + i, <u8>path.charCodeAt(i));
  return isCanonical(SCRATCH_PATH, path.length);
}

beforeEach(bootFamily);

describe("a canonical path", () => {
  test("is absolute and in its shortest form", () => {
    expect<bool>(canonical("/")).toBe(true);
    expect<bool>(canonical("/a")).toBe(true);
    expect<bool>(canonical("/a/.b/..c/d..")).toBe(true);
    for (let i = 0; i < bad.length; ++i) expect<bool>(canonical(bad[i])).toBe(false, bad[i]);
  });
});

describe("unveil", () => {
  test("hides nothing until it is first called, and then all but what is listed", () => {
    expect<u32>(sees(MAIN, "/etc/motd")).toBe(UNVEIL_ALL);
    expect<i64>(show(MAIN, "/tmp", BOTH)).toBe(0);
    expect<u32>(sees(MAIN, "/etc/motd")).toBe(0);
    expect<u32>(sees(MAIN, "/tmp")).toBe(BOTH);
    expect<u32>(sees(MAIN, "/tmp/a/b")).toBe(BOTH);
    expect<u32>(sees(MAIN, "/tmpfile")).toBe(0);
    expect<u32>(sees(MAIN, "/")).toBe(UNVEIL_BELOW);
  });
  test("the longest entry counts", () => {
    show(MAIN, "/", READ);
    show(MAIN, "/tmp", BOTH);
    show(MAIN, "/tmp/secret", 0);
    expect<u32>(sees(MAIN, "/etc")).toBe(READ);
    expect<u32>(sees(MAIN, "/tmp/x")).toBe(BOTH);
    expect<u32>(sees(MAIN, "/tmp/secret/x")).toBe(0);
  });
  test("a path that is listed again only narrows", () => {
    show(MAIN, "/tmp", BOTH);
    expect<i64>(show(MAIN, "/tmp", READ)).toBe(0);
    expect<u32>(sees(MAIN, "/tmp")).toBe(READ);
    expect<i64>(show(MAIN, "/tmp", BOTH)).toBe(EPERM);
    expect<u32>(sees(MAIN, "/tmp")).toBe(READ);
  });
  test("nothing is added after the lock", () => {
    show(MAIN, "/tmp", READ);
    expect<i64>(sys_unveil(MAIN, 0, 0, 0)).toBe(0);
    expect<i64>(show(MAIN, "/etc", READ)).toBe(EPERM);
    expect<i64>(sys_unveil(MAIN, 0, 0, 0)).toBe(EPERM);
    expect<u32>(sees(MAIN, "/etc")).toBe(0);
  });
  test("refuses what is no path, and changes nothing", () => {
    expect<i64>(show(MAIN, "tmp", READ)).toBe(EINVAL);
    expect<i64>(show(MAIN, "/tmp/..", READ)).toBe(EINVAL);
    expect<i64>(show(MAIN, "/tmp", 32)).toBe(EINVAL);
    expect<i64>(sys_unveil(MAIN, PATH, 1025, READ)).toBe(ENAMETOOLONG);
    expect<i64>(sys_unveil(MAIN, 0xfffffff0, 64, READ)).toBe(EFAULT);
    expect<u32>(sees(MAIN, "/etc")).toBe(UNVEIL_ALL);
  });
  test("takes 32 paths", () => {
    for (let i = 0; i < 32; ++i) expect<i64>(show(MAIN, "/" + i.toString(), READ)).toBe(0);
    expect<i64>(show(MAIN, "/more", READ)).toBe(ENOBUFS);
    expect<u32>(sees(MAIN, "/31")).toBe(READ);
  });
  test("tells the server, which can ask", () => {
    skipEvents(SERVER);
    show(MAIN, "/tmp", READ);
    expect<i64>(readEvent(SERVER)).toBe(EVENT_SHRUNK);
    pokeText(SERVER, PATH, "/tmp/x");
    const range: i64 = ((<i64>6) << 32) | PATH;
    expect<i64>(sys_meta(SERVER, META_UNVEIL_OF, SERVER_FILES, range, 0)).toBe(READ);
    expect<i64>(sys_meta(SERVER, META_UNVEIL_OF, SERVER_FILES, ((<i64>4) << 32) | PATH, 0)).toBe(READ);
    expect<i64>(sys_meta(SERVER, META_UNVEIL_OF, SERVER_FILES, ((<i64>2) << 32) | PATH, 0)).toBe(0);
    expect<i64>(sys_meta(SERVER, META_UNVEIL_OF, SERVER_FILES, ((<i64>5) << 32) | PATH, 0)).toBe(EINVAL);
    expect<i64>(sys_meta(MAIN, META_UNVEIL_OF, MAIN_FILES, range, 0)).toBe(EINVAL);
  });
});

describe("children", () => {
  test("see what their parent sees, and never more", () => {
    show(MAIN, "/tmp", BOTH);
    show(MAIN, "/tmp/secret", 0);
    const child = newChild("child");
    expect<u32>(sees(child, "/tmp/x")).toBe(BOTH);
    expect<u32>(sees(child, "/etc")).toBe(0);
    expect<i64>(show(child, "/etc", READ)).toBe(EPERM);
    expect<i64>(show(child, "/", READ)).toBe(EPERM);
    expect<i64>(show(child, "/tmp", READ)).toBe(0);
    expect<u32>(sees(child, "/tmp/x")).toBe(READ);
    expect<u32>(sees(child, "/tmp/secret")).toBe(0);
  });
  test("are not changed by what the parent hides later", () => {
    const child = newChild("child");
    show(MAIN, "/tmp", READ);
    expect<u32>(sees(child, "/etc")).toBe(UNVEIL_ALL);
  });
  test("see after a restart what they were given", () => {
    show(MAIN, "/tmp", BOTH);
    const crashy = newChild("crashy");
    show(crashy, "/tmp/a", READ);
    expect<u32>(sees(crashy, "/tmp/b")).toBe(0);
    endCell(crashy, 1, 0, false);
    expect<u32>(sees(crashy, "/tmp/b")).toBe(BOTH);
    expect<u32>(sees(crashy, "/etc")).toBe(0);
  });
});
