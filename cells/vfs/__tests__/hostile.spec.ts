/*
 * The VFS among hostile clients and mad file servers: every request gets one answer, nobody reaches what is not his,
 * and nothing is left behind.
 */
import { PROMISE_RPATH, PROMISE_WPATH, UNVEIL_ALL } from "rumpk/abi";
import { ROOT_FID, SIZE } from "rumpk/__tests__/client";
import { Hostile } from "rumpk/__tests__/hostile";
import { ROOT } from "rumpk/ninep/files";
import { put, ram, setUp, tar, text, world } from "./helpers";
import { FakeClient } from "./world";

/** The seed of a run; every run tries another one. */
@external("machine", "seed")
declare function runSeed(): u32;

beforeEach(setUp);

/** Lets hostile clients loose, and servers die now and then: every request gets one answer. */
function storm(steps: i32, promises: u64, veil: string, mad: bool): void {
  const hostile = new Hostile(runSeed() | 1);
  const clients: FakeClient[] = [];
  for (let i = 0; i < 4; i++) clients.push(attacker(promises, veil));
  for (let step = 0; step < steps; step++) {
    const chosen = hostile.below(clients.length);
    const client = clients[chosen];
    if (hostile.below(12) == 0) prepare(client);
    hostile.make();
    client.post(changetype<usize>(hostile.message), hostile.length);
    tar.mad = mad && hostile.below(30) == 0;
    if (hostile.below(200) == 0) tar.restart();
    if (hostile.below(200) == 0) ram.restart();
    world.run();
    const answer = client.takeAnswer();
    if (answer == 0) {
      assert(!client.peer.alive);
      world.end(client);
      clients[chosen] = attacker(promises, veil);
    } else if (!mad && !hostile.isAnswer(answer, client.answered, SIZE)) {
      throw new Error("no answer to message " + step.toString() + " of type " + hostile.message[4].toString());
    }
    assert(client.takeAnswer() == 0);
  }
  for (let i = 0; i < clients.length; i++) world.end(clients[i]);
  world.run();
}

/** A session with fids for a hostile client to start from, as far as it may have them. */
function prepare(client: FakeClient): void {
  client.start();
  client.walk(ROOT_FID, 1, "tmp/a");
  client.walk(ROOT_FID, 2, "tmp");
  client.walk(ROOT_FID, 3, "sysro/etc");
  client.walk(ROOT_FID, 4, "tmp/a");
  client.walk(ROOT_FID, 5, "tmp/a/b");
}

function attacker(promises: u64, veil: string): FakeClient {
  const client = world.started(promises);
  if (veil.length > 0) client.unveil(veil, UNVEIL_ALL);
  return client;
}

describe("hostile", () => {
  test("clients are answered, and leave nothing behind", () => {
    ram.tree.make(ram.tree.make(ROOT, "a", true), "b", false);
    storm(6000, PROMISE_RPATH | PROMISE_WPATH, "", false);
    expect(ram.tree.changes > 30).toBe(true, "they got somewhere");
    const client = world.started();
    expect(text(client, "tmp/nosuch")).toBe("no");
    expect(ram.tree.held).toBe(1, "the mount's own fid");
  });

  test("clients without wpath change nothing", () => {
    ram.tree.make(ram.tree.make(ROOT, "a", true), "b", false);
    const before = ram.tree.picture() + tar.tree.picture();
    storm(3000, PROMISE_RPATH, "", false);
    expect(ram.tree.picture() + tar.tree.picture()).toBe(before);
  });

  test("clients change nothing outside of what they unveiled", () => {
    const inside = ram.tree.make(ROOT, "a", true);
    ram.tree.make(inside, "b", true);
    ram.tree.make(ROOT, "b", false, "outside");
    storm(6000, PROMISE_RPATH | PROMISE_WPATH, "/tmp/a", false);
    expect(ram.tree.changes > 10).toBe(true, "they got somewhere");
    const lines = ram.tree.picture().split("\n");
    for (let i = 0; i < lines.length; i++) {
      expect(lines[i] == "" || lines[i] == "/b=outside" || lines[i].startsWith("/a")).toBe(true, lines[i]);
    }
    expect(tar.tree.changes).toBe(0);
  });

  test("servers that answer nonsense harm nobody but their own files", () => {
    storm(3000, PROMISE_RPATH | PROMISE_WPATH, "", true);
    tar.mad = false;
    const client = world.started();
    expect(text(client, "sysro/README").length > 0).toBe(true);
    expect(put(client, "tmp", "after", "x")).toBe(0);
  });
});
