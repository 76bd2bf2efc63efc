/*
 * The Kinetic Economy on one machine (RUMPK_MACHINE): a Photon cell with a deadline every two milliseconds, beside
 * cells that spin, that flood a server and the console, that multiply, and beside all of them. On the bare machines
 * time is counted in instructions (-icount): there the deadline must be met in 99.9 % of the periods, and cells that
 * spin must be warned, demoted and killed. A Linux process shares the computer's time with other programs: there the
 * figures are only printed. Everywhere the servers survive floods that last longer than their watchdogs, without a
 * strike: the test server's watchdog is half a second, the console's five, for which only Linux is fast enough.
 */
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { chosenMachine, metal, missingTool, on } from "../../lib/machines.mjs";
import { rumpk } from "../../lib/rumpk.mjs";

const machine = chosenMachine();
const skip = missingTool(machine);
const counted = metal.includes(machine);
const system = [...on(machine), "--system", "tests/machines/energy/energy.kdl"];
const PERIODS = 500;
/** More than five seconds, on machines that are fast enough. */
const CONSOLE_PERIODS = counted ? PERIODS : 2700;
const PARTS = ["alone", "spin", "flood of sink", "flood of uart", "bomb in matter", "all"];
const CAUSE_ENERGY = 16;

let output = "";

before(async () => {
  if (skip) return;
  const built = await rumpk(["build", ...system]);
  assert.equal(built.status, 0, built.stderr);
  const words = ["--append", `beat.periods=${PERIODS}`, "--append", `beat.uart=${CONSOLE_PERIODS}`];
  const run = await rumpk(["run", ...system, ...(counted ? ["--icount"] : []), ...words]);
  assert.equal(run.status, 0, run.stdout + run.stderr);
  output = run.stdout;
});

/** The periods of a part, how many of them missed their deadline, and the line that says so. */
function figures(part) {
  const found = output.match(new RegExp(`^${part}: missed (\\d+) of (\\d+), latest after \\d+ us$`, "m"));
  assert.ok(found, output);
  return { line: found[0], missed: Number(found[1]), periods: Number(found[2]) };
}

/** The kernel's record of a cell. */
function record(who) {
  const found = output.match(new RegExp(`^${who}: (\\w+), strikes (\\d+), faults (\\d+), cause (\\d+)$`, "m"));
  assert.ok(found, output);
  return { spectrum: found[1], strikes: Number(found[2]), faults: Number(found[3]), cause: Number(found[4]) };
}

for (const part of PARTS) {
  test(`${part}: the deadline is met`, { skip }, (t) => {
    const { line, missed, periods } = figures(part);
    t.diagnostic(line);
    assert.equal(periods, part === "flood of uart" ? CONSOLE_PERIODS : PERIODS);
    if (counted) assert.ok(missed * 1000 <= periods, line);
  });
}

// Where the clock counts only this system's work, strikes are the same in every run.
if (counted) {
  test("who spins is demoted by one spectrum, then killed, or ends in Void", { skip }, () => {
    assert.deepEqual(record("from photon"), { spectrum: "matter", strikes: 0, faults: 1, cause: CAUSE_ENERGY });
    assert.deepEqual(record("from gravity"), { spectrum: "void", strikes: 2, faults: 0, cause: 0 });
    assert.deepEqual(record("from void"), { spectrum: "void", strikes: 0, faults: 0, cause: 0 });
  });

  test("who waits now and then gets no strike, however much it sends", { skip }, () => {
    for (const kind of ["blocking", "polite", "asking"])
      assert.deepEqual(record(`${kind} from photon`), { spectrum: "photon", strikes: 0, faults: 0, cause: 0 });
  });
}

test("a bomb fills the table, and is ended with all that it started", { skip }, () => {
  assert.match(output, /^bombs filled the table$/m);
  assert.doesNotMatch(output, /not all started/);
});

test("servers outlive floods that are longer than their watchdogs, without a strike", { skip }, () => {
  assert.deepEqual(record("sink"), { spectrum: "gravity", strikes: 0, faults: 0, cause: 0 });
  assert.deepEqual(record("uart"), { spectrum: "photon", strikes: 0, faults: 0, cause: 0 });
  assert.deepEqual(record("beat"), { spectrum: "photon", strikes: 0, faults: 0, cause: 0 });
});
