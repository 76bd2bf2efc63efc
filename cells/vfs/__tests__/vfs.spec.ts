/*
 * The VFS between clients and file servers: the tree that it shows, and what is left when clients and servers die.
 */
import { EACCES, EINVAL, EISDIR, EMFILE, ENOENT, EPROTO, EROFS, ESTALE, EXDEV } from "rumpk/abi";
import { NO_ANSWER, ROOT_FID } from "rumpk/__tests__/client";
import { ROOT } from "rumpk/ninep/files";
import { OPEN_WRITE, SET_SIZE } from "rumpk/ninep/types";
import { CLIENTS, CLIENT_FIDS } from "../limits";
import { pathOf } from "../path";
import { listed, put, ram, setUp, tar, text, world } from "./helpers";
import { FakeClient, PORT_HOSTFS, PORT_LEDGER, PORT_RAMFS } from "./world";

beforeEach(setUp);

describe("paths", () => {
  test("canonical ones are taken, others are not", () => {
    const good = ["/", "/a", "/a/b", "/...", "/a b"];
    const bad = ["", "a", "//", "/a/", "/a//b", "/.", "/..", "/a/../b", "/a\0b"];
    for (let i = 0; i < good.length; i++) expect(pathOf(good[i]) !== null).toBe(true);
    for (let i = 0; i < bad.length; i++) expect(pathOf(bad[i]) === null).toBe(true);
    expect(pathOf("/" + "n".repeat(255)) !== null).toBe(true);
    expect(pathOf("/" + "n".repeat(256)) === null).toBe(true);
    expect(pathOf("/12345678/1234567".repeat(61)) === null).toBe(true);
  });

  test("within goes by names, not by letters", () => {
    const path = pathOf("/tmp/ab")!;
    expect(path.isWithin(pathOf("/tmp")!)).toBe(true);
    expect(path.isWithin(pathOf("/")!)).toBe(true);
    expect(path.isWithin(pathOf("/tmp/a")!)).toBe(false);
    expect(path.isIn(pathOf("/tmp")!)).toBe(true);
    expect(path.isIn(pathOf("/")!)).toBe(false);
  });
});

describe("the tree", () => {
  test("the root holds what is mounted, and what comes later", () => {
    const client = world.started();
    expect(listed(client, "")).toBe("sysro/ tmp/");
    expect(client.walk(ROOT_FID, 1, "Nexus")).toBe(ENOENT);
    world.serve(PORT_LEDGER).tree.make(ROOT, "head", false, "0");
    expect(listed(client, "")).toBe("Nexus/ sysro/ tmp/");
    expect(listed(client, "Nexus")).toBe("provchain/");
    expect(text(client, "Nexus/provchain/head")).toBe("0");
  });

  test("walks cross mounts in every direction", () => {
    const client = world.started();
    expect(text(client, "sysro/etc/motd")).toBe("welcome");
    expect(text(client, "tmp/../sysro/etc/../../../../sysro/README")).toBe("read me");
    expect(client.walk(ROOT_FID, 1, "sysro/etc")).toBe(2);
    expect(client.walk(1, 2, "../../tmp")).toBe(3);
    expect(client.walk(1, 1, "..")).toBe(1);
    expect(client.walk(1, 1, "..")).toBe(1);
    expect(client.walk(1, 3, "sysro/README")).toBe(2);
    expect(client.size(3)).toBe(7);
    expect(client.walk(ROOT_FID, 4, "sysro/etc/nosuch")).toBe(2);
    expect(client.walk(ROOT_FID, 4, "nosuch")).toBe(ENOENT);
    expect(client.walk(ROOT_FID, 4, "sysro/nosuch/x")).toBe(1);
    expect(client.walk(ROOT_FID, 4, ".")).toBe(ENOENT);
    expect(client.open(4)).toBe(EINVAL);
  });

  test("directories of the VFS itself can be looked at and not changed", () => {
    const client = world.started();
    client.walk(ROOT_FID, 1, "");
    expect(client.size(1)).toBe(0);
    expect(client.makeDirectory(1, "x")).toBe(EROFS);
    expect(client.create(1, "x", OPEN_WRITE)).toBe(EROFS);
    expect(client.unlink(1, "tmp", 0x200)).toBe(EROFS);
    expect(client.open(1, OPEN_WRITE)).toBe(EISDIR);
    expect(client.open(1)).toBe(0);
    expect(client.read(1, 0, 1)).toBe("error " + EISDIR.toString());
    expect(client.list(1, 0, 40)).toBe("");
    expect(client.next).toBe(1);
    expect(client.list(1, 2, 30)).toBe("sysro/");
    expect(client.list(1, client.next, 30)).toBe("tmp/");
    expect(client.list(1, client.next, 30)).toBe("");
    expect(client.list(1, 0xffffffffffffffff, 30)).toBe("");
  });

  test("files are made, written, renamed and removed behind it", () => {
    const client = world.started();
    expect(put(client, "tmp", "a", "one")).toBe(0);
    expect(text(client, "tmp/a")).toBe("one");
    client.walk(ROOT_FID, 1, "tmp");
    client.walk(ROOT_FID, 2, "tmp/a");
    client.walk(ROOT_FID, 3, "sysro");
    expect(client.makeDirectory(1, "d")).toBe(0);
    client.walk(1, 4, "d");
    expect(client.renameAt(1, "a", 4, "b")).toBe(0);
    expect(client.rename(2, 3, "b")).toBe(EXDEV);
    expect(client.rename(2, 1, "c")).toBe(0);
    expect(text(client, "tmp/c")).toBe("one");
    expect(client.set(2, SET_SIZE, 0, 2)).toBe(0);
    expect(text(client, "tmp/c")).toBe("on");
    expect(client.remove(2)).toBe(0);
    expect(client.clunk(2)).toBe(EINVAL);
    expect(listed(client, "tmp")).toBe("d/");
    expect(client.unlink(1, "d", 0x200)).toBe(0);
  });

  test("an open fid can be walked from, and stays open", () => {
    const client = world.started();
    client.walk(ROOT_FID, 1, "sysro");
    expect(client.open(1)).toBe(0);
    expect(client.walk(1, 2, "etc/motd")).toBe(2);
    expect(client.walk(1, 3, "")).toBe(0);
    expect(client.walk(1, 1, "etc")).toBe(EINVAL);
    expect(client.list(1)).toBe("etc/ README");
    client.walk(ROOT_FID, 4, "");
    client.open(4);
    expect(client.walk(4, 5, "tmp")).toBe(1);
    expect(client.walk(4, 4, "tmp")).toBe(EINVAL);
  });

  test("no two files have the same number, whichever servers they are of", () => {
    const client = world.started();
    expect(put(client, "tmp", "a", "one")).toBe(0);
    client.walk(ROOT_FID, 1, "tmp/a");
    client.walk(ROOT_FID, 2, "sysro/etc");
    client.walk(ROOT_FID, 3, "tmp/../tmp/a");
    client.walk(ROOT_FID, 4, "sysro");
    client.walk(ROOT_FID, 5, "tmp");
    expect(client.inode(1)).toBe(client.inode(3));
    expect(client.inode(1) & i32.MAX_VALUE).toBe(client.inode(2) & i32.MAX_VALUE);
    expect(client.inode(1)).not.toBe(client.inode(2));
    expect(client.inode(4)).not.toBe(client.inode(5));
  });

  test("a listing that fails says so, behind the entries that came before", () => {
    const client = world.started();
    ram.tree.make(ROOT, "a", false);
    ram.tree.make(ROOT, "b", false);
    ram.tree.broken = EACCES;
    ram.tree.brokenAbove = 2;
    client.walk(ROOT_FID, 1, "tmp");
    client.open(1);
    expect(client.list(1)).toBe("a");
    expect(client.list(1, client.next)).toBe("error " + EACCES.toString());
    expect(client.size(1)).toBe(EACCES);
  });

  test("folders of the host are mounted where they are asked for", () => {
    expect(world.mounts.addHost("/data")).toBe(true);
    expect(world.mounts.addHost("/mnt/a")).toBe(true);
    expect(world.mounts.addHost("/")).toBe(false);
    expect(world.mounts.addHost("/tmp/x")).toBe(false);
    expect(world.mounts.addHost("/Nexus")).toBe(false);
    expect(world.mounts.addHost("data")).toBe(false);
    world.serve(PORT_HOSTFS).tree.make(ROOT, "f", false, "host");
    const client = world.started();
    expect(listed(client, "")).toBe("mnt/ sysro/ tmp/ data/");
    expect(text(client, "mnt/a/f")).toBe("host");
  });
});

describe("deaths", () => {
  test("a server that dies leaves stale fids; new walks find the next one", () => {
    const client = world.started();
    client.walk(ROOT_FID, 1, "sysro/README");
    client.open(1);
    client.walk(ROOT_FID, 2, "sysro");
    tar.restart();
    expect(client.read(1, 0, 10)).toBe("error " + ESTALE.toString());
    expect(client.read(1, 0, 10)).toBe("error " + ESTALE.toString());
    expect(client.walk(2, 3, "README")).toBe(ESTALE);
    expect(text(client, "sysro/README")).toBe("read me");
    expect(client.clunk(1)).toBe(0);
    expect(client.clunk(2)).toBe(0);
    expect(client.walk(ROOT_FID, 1, "sysro/README")).toBe(2);
  });

  test("what a server had under way is answered", () => {
    const client = world.started();
    const waiting: FakeClient[] = [];
    tar.held = true;
    for (let i = 0; i < 8; i++) {
      waiting.push(world.started());
      expect(waiting[i].walk(ROOT_FID, 1, "sysro/README")).toBe(NO_ANSWER);
    }
    expect(tar.from.messages.length).toBe(1, "Tversion");
    tar.held = false;
    world.run();
    for (let i = 0; i < 8; i++) expect(waiting[i].takeAnswer() != 0).toBe(true);
    tar.held = true;
    for (let i = 0; i < 8; i++) expect(waiting[i].open(1)).toBe(NO_ANSWER);
    expect(tar.from.messages.length).toBe(4);
    tar.restart();
    tar.held = false;
    world.run();
    for (let i = 0; i < 8; i++) {
      expect(waiting[i].takeAnswer() != 0).toBe(true);
      expect(text(waiting[i], "sysro/README")).toBe("read me");
    }
    expect(text(client, "sysro/README")).toBe("read me");
  });

  test("a server that is gone for good is not listed any more, and a new one is", () => {
    const client = world.started();
    client.walk(ROOT_FID, 1, "tmp");
    world.stop(ram);
    world.run();
    expect(listed(client, "")).toBe("sysro/");
    expect(client.walk(ROOT_FID, 2, "tmp")).toBe(ENOENT);
    expect(client.open(1)).toBe(ESTALE);
    world.serve(PORT_RAMFS);
    expect(listed(client, "")).toBe("sysro/ tmp/");
    expect(put(client, "tmp", "a", "x")).toBe(0);
  });

  test("a client that dies leaves nothing behind, whatever it was doing", () => {
    const empty = world.started();
    expect(text(empty, "tmp/nosuch")).toBe("no");
    const before = ram.tree.held;
    const client = world.started();
    for (let i: u32 = 1; i < 20; i++) client.walk(ROOT_FID, i, "tmp");
    expect(ram.tree.held).toBe(before + 19);
    world.end(client);
    world.run();
    expect(ram.tree.held).toBe(before);
    const others: FakeClient[] = [];
    ram.held = true;
    for (let i = 0; i < 7; i++) {
      others.push(world.started());
      expect(others[i].walk(ROOT_FID, 1, "tmp")).toBe(NO_ANSWER);
    }
    for (let i = 0; i < 7; i++) world.end(others[i]);
    ram.held = false;
    world.run();
    expect(ram.tree.held).toBe(before);
  });

  test("clients that die while they wait leave no fids behind", () => {
    ram.held = true;
    for (let round = 0; round < 40; round++) {
      const others: FakeClient[] = [];
      for (let i = 0; i < CLIENTS; i++) others.push(world.started());
      for (let i = 0; i < CLIENTS; i++) expect(others[i].walk(ROOT_FID, 1, "tmp")).toBe(NO_ANSWER);
      for (let i = 0; i < CLIENTS; i++) world.end(others[i]);
    }
    ram.held = false;
    world.run();
    const client = world.started();
    expect(client.walk(ROOT_FID, 1, "tmp")).toBe(1);
  });

  test("one client waits for nobody else's server", () => {
    const slow = world.started();
    const fast = world.started();
    expect(text(slow, "tmp/nosuch")).toBe("no");
    ram.held = true;
    expect(slow.walk(ROOT_FID, 1, "tmp")).toBe(NO_ANSWER);
    expect(text(fast, "sysro/README")).toBe("read me");
    ram.held = false;
    world.run();
    expect(slow.takeAnswer() != 0).toBe(true);
  });

  test("limits: fids of a client, clients", () => {
    const client = world.started();
    for (let i = 1; i < CLIENT_FIDS; i++) expect(client.walk(ROOT_FID, i, "tmp")).toBe(1);
    expect(client.walk(ROOT_FID, 100, "tmp")).toBe(EMFILE);
    expect(client.attach(100)).toBe(EMFILE);
    expect(client.walk(1, 1, "..")).toBe(1);
    for (let round = 0; round < 3; round++) {
      const others: FakeClient[] = [];
      for (let i = 1; i < CLIENTS; i++) others.push(world.started());
      for (let i = 0; i < others.length; i++) expect(others[i].walk(ROOT_FID, 1, "tmp")).toBe(1);
      for (let i = 0; i < others.length; i++) world.end(others[i]);
    }
  });

  test("a message size that is small keeps answers small", () => {
    const client = world.client();
    expect(client.version(256)).toBe(0);
    client.attach();
    for (let i = 0; i < 50; i++) ram.tree.make(ROOT, "file" + i.toString(), false);
    ram.tree.make(ROOT, "long", false, "x".repeat(1000));
    client.walk(ROOT_FID, 1, "tmp/long");
    client.open(1);
    expect(client.read(1, 0, 1000).length).toBe(245);
    client.walk(ROOT_FID, 2, "tmp");
    client.open(2);
    expect(client.list(2, 2, 8000).split(" ").length).toBe(8);
  });
});

test("before Tversion nothing is answered but an error", () => {
  const client = world.client();
  expect(client.attach()).toBe(EPROTO);
  expect(client.walk(ROOT_FID, 1, "tmp")).toBe(EPROTO);
  expect(client.version(100)).toBe(EPROTO);
});
