/*
 * What a system may mount: file servers that say where, layered below the only cell that mounts, and no mount in the
 * way of another. The record tells the kernel.
 */
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import * as abi from "../../../build/host/abi.js";
import { readSystem } from "../../../build/host/pipeline/manifest/system.js";
import { imageRecord } from "../../../build/host/pipeline/manifest/record.js";
import { scratchFolder } from "../../lib/paths.mjs";

/** A system of these cells: name, and the lines of the manifest that not every cell has. */
function system(t, cells) {
  const folder = scratchFolder(t);
  for (const [name, lines] of Object.entries(cells)) {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, "main.ts"), "");
    writeFileSync(join(folder, name, "cell.kdl"), `cell "${name}" {\n  kind "npl"\n  memory max=2\n  ${lines}\n}\n`);
  }
  const nodes = Object.keys(cells).map((name) => `  cell "./${name}"\n`);
  const path = join(folder, "system.kdl");
  writeFileSync(path, `system "probe" {\n  main "${Object.keys(cells)[0]}"\n  unsealed\n${nodes.join("")}}\n`);
  return readSystem(path, []);
}

const tree = "layer 9\n  mounts";
const server = (port, mount, layer = 5) =>
  `layer ${layer}\n  port ${port} {\n    clients 1\n    needs "rpath" "wpath"\n    mount ${mount}\n    in slot=64 count=4\n  }`;

test("the record says what a port needs and where it is mounted", (t) => {
  const { cells } = system(t, { tree, files: server(0x4000, '"/data"') });
  const record = imageRecord(cells[1], 1, 0);
  const view = new DataView(record.buffer);
  const { mount } = abi.ImageRecord.fields;
  const path = Buffer.from(record.subarray(mount.offset, mount.offset + mount.size)).toString();
  const { needs, flags } = abi.PortRecord.fields;
  assert.equal(path, "/data".padEnd(abi.MOUNT_SIZE, "\0"));
  assert.equal(view.getUint32(abi.IMAGE_PORTS + needs.offset, true), abi.PROMISE_RPATH | abi.PROMISE_WPATH);
  assert.equal(view.getUint32(abi.IMAGE_PORTS + flags.offset, true), abi.PORT_MOUNTED);
  assert.equal(
    new DataView(imageRecord(cells[0], 1, 0).buffer).getUint32(abi.ImageRecord.fields.flags.offset, true),
    256,
  );
});

test("what cannot be mounted is refused when the system is read", (t) => {
  const many = Object.fromEntries(
    Array.from({ length: abi.MOUNTED_PORTS + 1 }, (_, n) => [`f${n}`, server(0x4000 + n, `"/f${n}"`)]),
  );
  for (const [cells, message] of [
    [{ tree, other: tree }, /"tree" mounts already/],
    [{ tree, a: server(0x4000, '"/data"'), b: server(0x4001, '"/data"') }, /the mount of "a" is in the way/],
    [{ tree, a: server(0x4000, '"/data"'), b: server(0x4001, '"/data/in"') }, /the mount of "a" is in the way/],
    [{ tree, a: server(0x4000, '"/data/in"'), b: server(0x4001, '"/data"') }, /the mount of "a" is in the way/],
    [{ tree, a: server(0x4000, ""), b: server(0x4001, "") }, /the mount of "a" is in the way/],
    [{ tree, a: server(0x4000, '"/data"', 9) }, /"tree" \(layer 9\) mounts it/],
    [{ tree, ...many }, /at most 8 ports/],
  ])
    assert.throws(() => system(t, cells), { name: "UserError", message });
  assert.doesNotThrow(() => system(t, { tree, a: server(0x4000, '"/data"'), b: server(0x4001, '"/database"') }));
  assert.doesNotThrow(() => system(t, { tree, a: server(0x4000, '"/data"'), b: server(0x4001, "") }));
});
