/*
 * The table of nodes: the same number for the same name while it is used, entries given back when nothing needs them,
 * and never one that a path still leads through.
 */
import { NONE, ROOT } from "rumpk/ninep/files";
import { Nodes } from "../nodes";

const FOLDER: i32 = 1;
/** More names than the table has entries. */
const MANY: i32 = 6000;

function make(nodes: Nodes, directory: i32, name: string): i32 {
  const bytes = String.UTF8.encode(name);
  return nodes.make(directory, changetype<usize>(bytes), bytes.byteLength);
}

function find(nodes: Nodes, directory: i32, name: string): i32 {
  const bytes = String.UTF8.encode(name);
  return nodes.find(directory, changetype<usize>(bytes), bytes.byteLength);
}

describe("nodes of the host's files", () => {
  it("are the same for the same name in the same directory", () => {
    const nodes = new Nodes(2);
    const first = make(nodes, FOLDER, "a");
    nodes.at(first).users++;
    expect(make(nodes, FOLDER, "a")).toBe(first);
    expect(make(nodes, FOLDER + 1, "a")).not.toBe(first);
    expect(nodes.isTop(ROOT) && nodes.isTop(2) && !nodes.isTop(first)).toBe(true);
  });

  it("stay while a fid stands for them, or for something in them", () => {
    const nodes = new Nodes(1);
    const directory = make(nodes, FOLDER, "directory");
    const file = make(nodes, directory, "file");
    nodes.at(file).users++;
    for (let i = 0; i < MANY; i++) expect(make(nodes, FOLDER, "other" + i.toString())).toBeGreaterThan(FOLDER);
    expect(find(nodes, FOLDER, "directory")).toBe(directory);
    expect(find(nodes, directory, "file")).toBe(file);
    expect(find(nodes, FOLDER, "other0")).toBe(NONE);
  });

  it("never take the place of the directory that they are made in", () => {
    const nodes = new Nodes(1);
    let directory = FOLDER;
    for (let depth = 0; depth < 1000; depth++) {
      const inner = make(nodes, directory, "inner");
      expect(nodes.at(inner).parent).toBe(directory);
      directory = inner;
    }
  });

  it("run out when all are in use, and come back", () => {
    const nodes = new Nodes(1);
    let node = FOLDER;
    let last = FOLDER;
    for (let i = 0; i < MANY && node > 0; i++) {
      last = node;
      node = make(nodes, FOLDER, i.toString());
      if (node > 0) nodes.at(node).users++;
    }
    expect(node).toBeLessThan(0);
    nodes.at(last).users--;
    expect(make(nodes, FOLDER, "one more")).toBe(last);
  });

  it("move with all that lies in them, and are lost when removed", () => {
    const nodes = new Nodes(1);
    const from = make(nodes, FOLDER, "from");
    const to = make(nodes, FOLDER, "to");
    const moved = make(nodes, from, "moved");
    const inside = make(nodes, moved, "inside");
    const name = String.UTF8.encode("new");
    nodes.move(moved, to, changetype<usize>(name), name.byteLength);
    expect(find(nodes, to, "new")).toBe(moved);
    expect(find(nodes, from, "moved")).toBe(NONE);
    expect(nodes.at(inside).parent).toBe(moved);
    nodes.lose(inside);
    expect(nodes.at(inside).parent).toBe(NONE);
    expect(find(nodes, moved, "inside")).toBe(NONE);
  });
});
