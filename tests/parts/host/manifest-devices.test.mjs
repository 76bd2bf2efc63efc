/*
 * What a manifest may say about devices. A refusal gives the line of the manifest and the reason;
 * assembly/abi/device.ts has the names that matter.
 */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { DEVICES_CONTROLLERS, DEVICES_PLAIN, DEVICES_RESERVED, IMAGE_DMA } from "../../../build/host/abi.js";
import { readManifest } from "../../../build/host/pipeline/manifest/manifest.js";
import { scratchFolder } from "../../lib/paths.mjs";

/** Reads the manifest of a driver with these lines; the device is in line 6. */
function driver(t, device, dma = "") {
  const folder = scratchFolder(t);
  writeFileSync(join(folder, "main.ts"), "");
  const lines = ['cell "driver" {', '  kind "npl"', "  memory max=2", "  layer 5", `  ${dma}`, `  ${device}`, "}", ""];
  writeFileSync(join(folder, "cell.kdl"), lines.join("\n"));
  return readManifest(folder);
}

/** Checks that a driver is refused at line 6 of its manifest for this reason. */
function refuses(t, device, reason, dma) {
  assert.throws(
    () => driver(t, device, dma),
    (error) => {
      assert.equal(error.name, "UserError");
      const [, line, said] = error.message.match(/cell\.kdl:(\d+):\d+: (.*)/) ?? [];
      assert.deepEqual([line, said], ["6", reason], error.message);
      return true;
    },
  );
}

const words = (list) => list.split(" ");

test("a device that may be a bus master needs dma", (t) => {
  for (const name of ["virtio,mmio", "google,goldfish-rtc", "ns16550a ns16550"]) {
    refuses(t, `device "${name}" "read"`, `"${name}" is not known to be no bus master, so a window on it needs "dma"`);
    const { devices, flags } = driver(t, `device "${name}" "read"`, "dma");
    assert.deepEqual([devices.length, flags & IMAGE_DMA], [1, IMAGE_DMA]);
  }
  for (const name of words(DEVICES_PLAIN)) assert.equal(driver(t, `device "${name}"`).devices[0].compatible, name);
});

test("interrupt controllers, timers and flash are nobody's, with dma neither", (t) => {
  for (const name of [...words(DEVICES_RESERVED), ...words(DEVICES_CONTROLLERS)])
    for (const dma of ["", "dma"])
      refuses(t, `device "${name}"`, "interrupt controllers, timers and flash are no devices for cells", dma);
});

test("a reset is one write that a machine can do, with a value that fits it", (t) => {
  const device = (reset) => `device "ns16550a" { reset ${reset}; }`;
  const expected = { resetWidth: 4, resetOffset: 12, resetValue: 0x345600 };
  const { compatible, rights, ...reset } = driver(t, device("width=4 offset=12 value=0x345600")).devices[0];
  assert.deepEqual(reset, expected);
  refuses(t, device("width=3 offset=0 value=0"), "a width is 1, 2, 4 or 8 bytes");
  refuses(t, device("width=4 offset=2 value=0"), "an offset is a multiple of the width");
  for (const [text, most] of [
    ["width=16 offset=0 value=0", "1 to 8, found 16"],
    ["width=0 offset=0 value=0", "1 to 8, found 0"],
    ["width=4 offset=-4 value=0", "0 to 4294967295, found -4"],
    ["width=1 offset=0 value=256", "0 to 255, found 256"],
    ["width=4 offset=0 value=0x100000000", "0 to 4294967295, found 4294967296"],
  ])
    refuses(t, device(text), `expected a whole number from ${most}`);
});
