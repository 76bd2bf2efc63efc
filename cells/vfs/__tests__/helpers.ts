/*
 * A world with two file servers, and what tests ask its clients: a listing, a text, a new file.
 */
import { ROOT_FID } from "rumpk/__tests__/client";
import { ROOT } from "rumpk/ninep/files";
import { OPEN_WRITE } from "rumpk/ninep/types";
import { FakeClient, FakeServer, PORT_RAMFS, PORT_TARFS, World } from "./world";

export let world: World = new World();
export let tar: FakeServer = new FakeServer(0);
export let ram: FakeServer = new FakeServer(0);

/** A fresh world: /sysro/etc/motd, /sysro/README, and an empty /tmp. */
export function setUp(): void {
  world = new World();
  tar = world.serve(PORT_TARFS);
  ram = world.serve(PORT_RAMFS);
  const etc = tar.tree.make(ROOT, "etc", true);
  tar.tree.make(etc, "motd", false, "welcome");
  tar.tree.make(ROOT, "README", false, "read me");
  world.vfs.connectAll();
}

/** What a directory holds, or an error. */
export function listed(client: FakeClient, path: string): string {
  const walked = client.walk(ROOT_FID, 50, path);
  if (walked < 0) return "error " + walked.toString();
  const opened = client.open(50);
  const names = opened < 0 ? "error " + opened.toString() : client.list(50);
  client.clunk(50);
  return names;
}

/** The text of a file, "no" when the walk ends before it, or an error. */
export function text(client: FakeClient, path: string): string {
  const walked = client.walk(ROOT_FID, 51, path);
  if (walked < 0) return "error " + walked.toString();
  if (walked < path.split("/").length) return "no";
  const opened = client.open(51);
  const data = opened < 0 ? "error " + opened.toString() : client.read(51, 0, 1000);
  client.clunk(51);
  return data;
}

/** Makes a file: 0 or an errno. */
export function put(client: FakeClient, directory: string, name: string, data: string): i32 {
  let result = client.walk(ROOT_FID, 52, directory);
  if (result < 0) return result;
  result = client.create(52, name, OPEN_WRITE);
  if (result == 0) result = min(client.write(52, 0, data), 0);
  client.clunk(52);
  return result;
}
