/*
 * What the VFS lets through and what not: promises, unveiled paths, and renames, which could go around both.
 */
import {
  EACCES,
  EINVAL,
  ENAMETOOLONG,
  ENOENT,
  PROMISE_RPATH,
  PROMISE_WPATH,
  UNVEIL_ALL,
  UNVEIL_CREATE,
  UNVEIL_READ,
  UNVEIL_WRITE,
} from "rumpk/abi";
import { NO_ANSWER, ROOT_FID } from "rumpk/__tests__/client";
import { ROOT } from "rumpk/ninep/files";
import { OPEN_READ, OPEN_READ_WRITE, OPEN_TRUNCATE, OPEN_WRITE, SET_SIZE } from "rumpk/ninep/types";
import { listed, put, ram, setUp, tar, text, world } from "./helpers";
import { FakeClient } from "./world";

beforeEach(setUp);

describe("promises", () => {
  test("reading needs rpath", () => {
    const client = world.started(PROMISE_WPATH);
    expect(client.walk(ROOT_FID, 1, "sysro/README")).toBe(2);
    expect(client.open(1)).toBe(NO_ANSWER);
    expect(client.denied.join()).toBe("2 /sysro/README");
  });

  test("writing needs wpath, also where nothing could be written", () => {
    const wanted: string[] = ["create", "mkdir", "unlink", "rename", "open", "truncate", "set", "remove"];
    for (let i = 0; i < wanted.length; i++) {
      const client = world.started(PROMISE_RPATH);
      client.walk(ROOT_FID, 1, "tmp");
      client.walk(ROOT_FID, 2, "sysro/README");
      let result = 0;
      if (i == 0) result = client.create(1, "x", OPEN_WRITE);
      if (i == 1) result = client.makeDirectory(1, "x");
      if (i == 2) result = client.unlink(1, "x");
      if (i == 3) result = client.renameAt(1, "x", 1, "y");
      if (i == 4) result = client.open(2, OPEN_READ_WRITE);
      if (i == 5) result = client.open(2, OPEN_READ | OPEN_TRUNCATE);
      if (i == 6) result = client.set(2, SET_SIZE, 0, 0);
      if (i == 7) result = client.remove(2);
      expect(result).toBe(NO_ANSWER, wanted[i]);
      expect(client.denied.length).toBe(1, wanted[i]);
      expect(client.denied[0].startsWith("4 /")).toBe(true, wanted[i]);
    }
    expect(ram.tree.changes + tar.tree.changes).toBe(0);
  });

  test("what is given up later counts for files that are open", () => {
    const client = world.started();
    put(client, "tmp", "a", "one");
    client.walk(ROOT_FID, 1, "tmp/a");
    expect(client.open(1, OPEN_READ_WRITE)).toBe(0);
    client.pledge(PROMISE_RPATH);
    expect(client.read(1, 0, 10)).toBe("one");
    expect(client.write(1, 0, "two")).toBe(NO_ANSWER);
    expect(client.denied.join()).toBe("4 /tmp/a");
    expect(ram.tree.picture()).toBe("/a=one\n");
  });
});

describe("unveil", () => {
  test("hides by ENOENT, and says so to the kernel", () => {
    const client = world.started();
    client.unveil("/tmp", UNVEIL_READ);
    expect(client.walk(ROOT_FID, 1, "sysro/README")).toBe(ENOENT);
    expect(client.walk(ROOT_FID, 1, "tmp/../sysro/README")).toBe(2);
    expect(client.open(1)).toBe(EINVAL);
    expect(client.denied.join()).toBe("0 /sysro,0 /sysro");
    expect(listed(client, "")).toBe("tmp/");
  });

  test("wrong rights are EACCES", () => {
    const client = world.started();
    put(client, "tmp", "a", "one");
    client.unveil("/tmp", UNVEIL_READ);
    client.walk(ROOT_FID, 1, "tmp");
    client.walk(ROOT_FID, 2, "tmp/a");
    expect(client.create(1, "b", OPEN_WRITE)).toBe(EACCES);
    expect(client.makeDirectory(1, "b")).toBe(EACCES);
    expect(client.unlink(1, "a")).toBe(EACCES);
    expect(client.renameAt(1, "a", 1, "b")).toBe(EACCES);
    expect(client.set(2, SET_SIZE, 0, 0)).toBe(EACCES);
    expect(client.open(2, OPEN_WRITE)).toBe(EACCES);
    expect(client.open(2, OPEN_READ | OPEN_TRUNCATE)).toBe(EACCES);
    expect(client.open(2)).toBe(0);
    expect(ram.tree.picture()).toBe("/a=one\n");
  });

  test("write alone does not read, create needs its own right", () => {
    const client = world.started();
    put(client, "tmp", "a", "one");
    client.unveil("/tmp/a", UNVEIL_WRITE);
    client.unveil("/tmp/b", UNVEIL_CREATE | UNVEIL_WRITE);
    client.walk(ROOT_FID, 1, "tmp/a");
    expect(client.open(1)).toBe(EACCES);
    expect(client.size(1)).toBe(EACCES);
    expect(client.open(1, OPEN_WRITE)).toBe(0);
    expect(client.write(1, 0, "two")).toBe(3);
    expect(put(client, "tmp", "b", "B")).toBe(0);
    expect(put(client, "tmp", "c", "C")).toBe(ENOENT);
    client.walk(ROOT_FID, 2, "tmp");
    expect(client.create(2, "b2", OPEN_READ_WRITE)).toBe(ENOENT);
  });

  test("directories on the way are seen, and show nothing else", () => {
    const client = world.started();
    client.unveil("/sysro/etc/motd", UNVEIL_READ);
    expect(listed(client, "")).toBe("sysro/");
    expect(listed(client, "sysro")).toBe("etc/");
    expect(listed(client, "sysro/etc")).toBe("motd");
    expect(text(client, "sysro/etc/motd")).toBe("welcome");
    expect(client.walk(ROOT_FID, 1, "sysro/README")).toBe(1);
  });

  test("a listing goes on over many hidden entries", () => {
    for (let i = 0; i < 300; i++) ram.tree.make(ROOT, "hidden" + i.toString(), false);
    ram.tree.make(ROOT, "seen", false);
    const client = world.started();
    client.unveil("/tmp/seen", UNVEIL_READ);
    client.walk(ROOT_FID, 1, "tmp");
    client.open(1);
    client.list(1, 0, 200);
    expect(client.list(1, 2, 200)).toBe("seen");
    expect(client.list(1, client.next, 200)).toBe("");
  });

  test("fids from before give nothing", () => {
    const client = world.started();
    client.walk(ROOT_FID, 1, "sysro/etc");
    client.walk(ROOT_FID, 2, "sysro/etc/motd");
    client.walk(ROOT_FID, 3, "sysro");
    expect(client.open(2)).toBe(0);
    expect(client.open(3)).toBe(0);
    client.unveil("/tmp", UNVEIL_ALL);
    expect(client.walk(1, 4, "motd")).toBe(ENOENT);
    expect(client.walk(1, 4, "")).toBe(ENOENT);
    expect(client.open(1)).toBe(ENOENT);
    expect(client.size(1)).toBe(ENOENT);
    expect(client.read(2, 0, 100)).toBe("error " + ENOENT.toString());
    expect(client.list(3)).toBe("error " + ENOENT.toString());
  });

  test("names are names: no slash, no NUL, none too long", () => {
    const client = world.started();
    client.unveil("/tmp", UNVEIL_ALL);
    client.walk(ROOT_FID, 1, "tmp");
    const bad: string[] = ["../sysro/README", "a/b", "/sysro", "", ".", "..", "a\0"];
    for (let i = 0; i < bad.length; i++) {
      expect(client.makeDirectory(1, bad[i])).toBe(EINVAL);
      expect(client.unlink(1, bad[i])).toBe(EINVAL);
      expect(client.renameAt(1, "x", 1, bad[i])).toBe(EINVAL);
      expect(client.create(1, bad[i], OPEN_WRITE)).toBe(EINVAL);
    }
    expect(client.makeDirectory(1, "n".repeat(256))).toBe(ENAMETOOLONG);
    expect(client.walk(1, 2, "n".repeat(256))).toBe(ENAMETOOLONG);
    expect(client.walk(ROOT_FID, 2, "tmp/" + "n".repeat(256))).toBe(ENAMETOOLONG);
    expect(ram.tree.changes).toBe(0);
  });

  test("paths end at their limit", () => {
    const client = world.started();
    client.walk(ROOT_FID, 1, "tmp");
    let depth = 0;
    for (; client.makeDirectory(1, "d".repeat(200)) == 0; depth++) client.walk(1, 1, "d".repeat(200));
    expect(depth).toBe(5);
    expect(client.makeDirectory(1, "d".repeat(200))).toBe(ENAMETOOLONG);
  });
});

describe("renames", () => {
  test("a file gains no rights by them", () => {
    const client = world.started();
    put(client, "tmp", "locked", "L");
    put(client, "tmp", "free", "F");
    client.unveil("/tmp", UNVEIL_ALL);
    client.unveil("/tmp/locked", UNVEIL_CREATE);
    client.walk(ROOT_FID, 1, "tmp");
    expect(client.renameAt(1, "locked", 1, "readable")).toBe(EACCES);
    expect(client.renameAt(1, "free", 1, "locked")).toBe(0);
    expect(text(client, "tmp/locked")).toBe("error " + EACCES.toString());
  });

  test("directories with hidden corners stay where they are", () => {
    const client = world.started();
    const directory = ram.tree.make(ROOT, "d", true);
    ram.tree.make(directory, "secret", false, "S");
    client.unveil("/tmp", UNVEIL_ALL);
    client.unveil("/tmp/d/secret", UNVEIL_READ);
    client.walk(ROOT_FID, 1, "tmp");
    expect(client.renameAt(1, "d", 1, "e")).toBe(EACCES);
    expect(client.makeDirectory(1, "f")).toBe(0);
    expect(client.renameAt(1, "f", 1, "d")).toBe(EACCES);
  });

  test("fids follow a rename, whichever client does it", () => {
    const client = world.started();
    const directory = ram.tree.make(ROOT, "d", true);
    ram.tree.make(directory, "file", false, "F");
    client.walk(ROOT_FID, 1, "tmp/d");
    client.walk(ROOT_FID, 2, "tmp/d/file");
    client.unveil("/tmp/d", UNVEIL_ALL);
    const other = world.started();
    other.walk(ROOT_FID, 1, "tmp");
    expect(other.renameAt(1, "d", 1, "e")).toBe(0);
    expect(client.open(2)).toBe(ENOENT);
    expect(client.walk(1, 3, "file")).toBe(ENOENT);
    expect(client.denied.join()).toBe("0 /tmp/e/file,0 /tmp/e");
    expect(other.renameAt(1, "e", 1, "d")).toBe(0);
    expect(client.open(2)).toBe(0);
  });

  test("nothing starts while one runs", () => {
    const client = world.started();
    const other = world.started();
    client.walk(ROOT_FID, 1, "tmp");
    ram.held = true;
    expect(client.makeDirectory(1, "a")).toBe(NO_ANSWER);
    expect(ram.from.messages.length).toBe(1);
    ram.held = false;
    world.run();
    expect(client.takeAnswer() != 0).toBe(true);
    ram.held = true;
    expect(client.renameAt(1, "a", 1, "b")).toBe(NO_ANSWER);
    expect(other.walk(ROOT_FID, 1, "tmp/b")).toBe(NO_ANSWER);
    expect(ram.from.messages.length).toBe(1);
    ram.held = false;
    world.run();
    expect(client.takeAnswer() != 0).toBe(true);
    expect(other.takeAnswer() != 0).toBe(true);
  });

  test("they run alone", () => {
    const client = world.started();
    put(client, "tmp", "a", "A");
    const others: FakeClient[] = [];
    for (let i = 0; i < 6; i++) others.push(world.started());
    client.walk(ROOT_FID, 1, "tmp");
    ram.held = true;
    for (let i = 0; i < 6; i++) {
      if (i == 3) expect(client.renameAt(1, "a", 1, "b")).toBe(NO_ANSWER);
      expect(others[i].walk(ROOT_FID, 1, i < 3 ? "tmp/a" : "tmp/b")).toBe(NO_ANSWER);
    }
    expect(ram.from.messages.length).toBe(3);
    ram.held = false;
    world.run();
    expect(client.takeAnswer() != 0).toBe(true);
    for (let i = 0; i < 6; i++) {
      expect(others[i].takeAnswer() != 0).toBe(true);
      expect(others[i].size(1)).toBe(1);
    }
  });
});
