/* The wire of a piped console: every byte gets through. */
import assert from "node:assert/strict";
import test from "node:test";

import { escapeInput, WIRE_CLOSE, WIRE_OPEN } from "../../../build/host/node/wire.js";

test("every byte passes the wire, behind a fill that loses bytes, and its end can be told", () => {
  const all = Uint8Array.from({ length: 256 }, (_, index) => index);
  const wire = [...WIRE_OPEN, ...escapeInput(all), ...WIRE_CLOSE].slice(2);
  const out = [];
  let ended = false;
  for (let at = 0; at < wire.length; at++) {
    assert.ok(!ended);
    if (wire[at] === 0x16) continue;
    if (wire[at] !== 0x10) out.push(wire[at]);
    else if (wire[++at] === 0x04) ended = true;
    else out.push(wire[at]);
  }
  assert.deepEqual(out, [...all]);
  assert.ok(ended);
});
