/*
 * Unsigned code does not run, in running systems: spawn returns -EKEYREJECTED, and the system continues.
 *
 *   Node               every single bit of a small package, with a table of seals made for the changed
 *                      package, so that only the package's own signature can tell; and tables with other packages
 *   metal, Linux       seeded bits of the native code and the constants of cells, and of the table of seals, in the
 *                      image
 *   wasmtime           the same of packages, forms and table, before anything is started
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { before, after, test } from "node:test";
import { CAUSE_UNREACHABLE, EKEYREJECTED, IMAGES_MAX } from "../../../build/host/abi.js";
import { elfSections } from "../../../build/host/pipeline/metal/elf.js";
import { ALL_CLASSES } from "../../../build/host/pipeline/package/classes.js";
import { newKeyPair } from "../../../build/host/pipeline/package/keys.js";
import { assemblePackage, partsOf } from "../../../build/host/pipeline/package/package.js";
import { developmentKey } from "../../../build/host/pipeline/package/trust.js";
import { verifyWasmtimeSystem } from "../../../build/host/pipeline/wasmtime/verify-system.js";
import { run as runOnNode } from "../../../build/host/node/index.js";
import { chosenMachine, missingTool, on } from "../../lib/machines.mjs";
import { packageOf, sealsOf } from "../../lib/packages.mjs";
import { root } from "../../lib/paths.mjs";
import { rumpk, run } from "../../lib/rumpk.mjs";

const machine = chosenMachine();
const skip = missingTool(machine);
const SEED = Number(process.env.RUMPK_SEED ?? 20261121);
const NAMES = ["hello", "crash", "crash-start", "small"];
/** How they end when run without arguments. */
const STATUSES = { hello: 0, crash: 2, "crash-start": 128 + CAUSE_UNREACHABLE, small: 7 };
const folder = mkdtempSync(join(tmpdir(), "rumpk-spawn-"));
let built;

before(async () => {
  if (skip) return;
  const system = join(root, "tests/machines/packages/packages.kdl");
  const { status, stdout, stderr } = await rumpk(["build", ...on(machine), "--system", system]);
  assert.equal(status, 0, stderr);
  built = join(root, stdout.trim());
});
after(() => rmSync(folder, { recursive: true }));

/** Numbers below a limit, the same for the same seed. */
function randomNumbers(seed) {
  let state = seed >>> 0 || 1;
  return (limit) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % limit;
  };
}

function flipped(bytes, bit) {
  const copy = new Uint8Array(bytes);
  copy[bit >> 3] ^= 1 << (bit & 7);
  return copy;
}

/** The spawner's output: errno or status by name. */
function answersOf(text) {
  const rows = [...text.matchAll(/^([\w-]+) (-?\d+)$/gm)].map(([, name, answer]) => [name, Number(answer)]);
  return Object.fromEntries(rows);
}

/** A test for some machines only: the others do not have what it tests. */
const testWhere = (there) => (there ? (name, body) => test(name, { skip }, body) : () => {});
const testNode = testWhere(machine === "node");
const testWasmtime = testWhere(machine === "wasmtime");
const testImage = testWhere(!["node", "wasmtime"].includes(machine));

/**
 * Runs the built system for Node with additional images { name, record, bytes }; returns the answers to the spawner.
 */
async function spawnOnNode(images, { seals = undefined } = {}) {
  const system = JSON.parse(readFileSync(built, "utf8"));
  const place = (path) => join(root, "build/system", path);
  const written = (name, bytes) => {
    writeFileSync(join(folder, name), bytes);
    return join(folder, name);
  };
  const kept = system.cells
    .filter(({ name }) => ["uart", "spawner", "seal"].includes(name))
    .map(({ name, package: file, record }) => ({
      name,
      record: readFileSync(place(record)),
      bytes: new Uint8Array(readFileSync(place(file))),
    }));
  const all = [...kept, ...images];
  const cells = all.map(({ name, record, bytes }) => ({
    name,
    package: written(`${name}.npk`, bytes),
    record: written(`${name}.record`, record),
  }));
  const table = written("seals", seals ?? sealsOf(all));
  const json = written(
    "system.json",
    JSON.stringify({
      name: "spawn",
      kernel: place(system.kernel),
      board: place(system.board),
      cells,
      rootfs: null,
      seals: table,
    }),
  );
  const [input, output] = [new PassThrough(), new PassThrough()];
  let text = "";
  output.on("data", (bytes) => (text += bytes));
  const commandLine = `uart.console=pipe spawner.run=${images.map(({ name }) => name).join(",")}`;
  const status = await runOnNode(json, { terminal: false, input, output, commandLine });
  return { status, answers: answersOf(text) };
}

/** The small cell under another name, signed: its record and its package. */
function small(name, signer = developmentKey()) {
  const system = JSON.parse(readFileSync(built, "utf8"));
  const part = system.cells.find((cell) => cell.name === "small");
  const record = new Uint8Array(readFileSync(join(root, "build/system", part.record)));
  record.fill(0, 0, 32).set(Buffer.from(name));
  const { forms } = partsOf(new Uint8Array(readFileSync(join(root, "build/system", part.package))));
  return { name, record, bytes: packageOf({ record, forms: new Map([["node", forms.get("node")]]) }, signer) };
}

testNode("Node: every single bit of a package", async () => {
  const perSystem = IMAGES_MAX - 4;
  const bits = small("f00").bytes.length * 8;
  for (let first = 0; first < bits; first += perSystem) {
    const images = [small("good")];
    for (let bit = first; bit < Math.min(first + perSystem, bits); bit++) {
      const one = small(`f${String(bit - first).padStart(2, "0")}`);
      images.push({ ...one, bytes: flipped(one.bytes, bit) });
    }
    const { status, answers } = await spawnOnNode(images);
    const { good, ...others } = answers;
    assert.deepEqual([status, good, Object.keys(others).length], [0, 7, images.length - 1]);
    for (const [name, answer] of Object.entries(others))
      assert.equal(answer, EKEYREJECTED, `bit ${first + Number(name.slice(1))}`);
  }
});

testNode("Node: unsigned, cut short, another key, another cell's package, another's entry", async () => {
  const [good, short, foreign, swapped, unsigned] = ["good", "short", "foreign", "swapped", "unsigned"].map((name) =>
    small(name),
  );
  short.bytes = short.bytes.subarray(0, -20);
  foreign.bytes = small("foreign", newKeyPair()).bytes;
  swapped.bytes = good.bytes;
  unsigned.bytes = assemblePackage(partsOf(unsigned.bytes));
  const { status, answers } = await spawnOnNode([good, short, foreign, swapped, unsigned]);
  const no = EKEYREJECTED;
  assert.deepEqual([status, answers], [0, { good: 7, short: no, foreign: no, swapped: no, unsigned: no }]);
});

testNode("Node: two good packages whose hashes the table has the other way round", async () => {
  const names = ["uart", "spawner", "seal"];
  const system = JSON.parse(readFileSync(built, "utf8"));
  const kept = names.map((name) => {
    const { package: file, record } = system.cells.find((cell) => cell.name === name);
    const read = (path) => new Uint8Array(readFileSync(join(root, "build/system", path)));
    return { name, record: read(record), bytes: read(file) };
  });
  const order = system.cells.map(({ name }) => name).filter((name) => names.includes(name));
  const [one, other] = [small("one"), small("other")];
  const sorted = order.map((name) => kept.find((each) => each.name === name));
  const seals = sealsOf([...sorted, { ...one, bytes: other.bytes }, { ...other, bytes: one.bytes }]);
  const { answers } = await spawnOnNode([one, other], { seals });
  assert.deepEqual(answers, { one: EKEYREJECTED, other: EKEYREJECTED });
});

/** Boots an image with these bits flipped; returns its status and the spawner's output. */
async function bootChanged(changes) {
  const bytes = readFileSync(built);
  for (const { at, bit } of changes) bytes[at] ^= 1 << bit;
  const image = join(folder, "changed.elf");
  writeFileSync(image, bytes, { mode: 0o755 });
  const words = [`spawner.run=${NAMES.join(",")}`];
  const module = (name) => JSON.stringify(join(root, "build/host/cli", name));
  const script = machine.startsWith("linux")
    ? `import { runOnLinux } from ${module("run-linux.js")};
       process.exitCode = await runOnLinux(${JSON.stringify(image)}, ${JSON.stringify({ memoryMiB: 128, words, folders: [] })});`
    : `import { runOnMetal } from ${module("run-metal.js")};
       const options = { memoryMiB: 128, icount: false, words: ${JSON.stringify(words)} };
       process.exitCode = await runOnMetal("${machine}", ${JSON.stringify(image)}, options);`;
  const done = await run(process.execPath, ["--input-type=module", "-e", script]);
  return { ...done, answers: answersOf(done.stdout) };
}

/** A seeded bit of a section of the image. */
function bitOf(name, random) {
  const file = readFileSync(built);
  const { bytes } = elfSections(file).find((section) => section.name === name);
  assert.ok(bytes.length > 0, `${name} is empty`);
  return { at: bytes.byteOffset - file.byteOffset + random(bytes.length), bit: random(8) };
}

testImage("image: as it was built, all cells run", async () => {
  const { status, answers, stderr } = await bootChanged([]);
  assert.deepEqual([status, answers], [0, STATUSES], stderr);
});

testImage("image: code and constants of a cell lie in its own sections, whatever the linker folds", () => {
  const { status, stdout, stderr } = spawnSync("llvm-objdump-19", ["-t", built], {
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  assert.equal(status, 0, stderr);
  for (const name of ["uart", "spawner", "seal", ...NAMES]) {
    const object = `cell_${name.replaceAll("-", "_")}`;
    const own = new RegExp(`(^|_)(w2c|wasm2c)_${object.replaceAll("_", "__")}_(?!_)`);
    let found = 0;
    for (const [, section, symbol] of stdout.matchAll(
      /^[0-9a-f]{16} .{7} (\S+)\t[0-9a-f]{16} (?:\.hidden )?(\S+)$/gm,
    )) {
      if (!own.test(symbol) || section === "*ABS*") continue;
      assert.ok([`.text.${object}`, `.rodata.${object}`].includes(section), `${symbol} lies in ${section}`);
      found++;
    }
    assert.ok(found > 0, `no symbol of ${name}`);
  }
});

testImage("image: a bit of a cell's code or constants", async () => {
  const random = randomNumbers(SEED);
  for (let round = 0; round < 3; round++) {
    const changes = [
      bitOf(".text.cell_hello", random),
      bitOf(".rodata.cell_crash", random),
      bitOf(".text.cell_crash_start", random),
    ];
    const { status, answers, stderr } = await bootChanged(changes);
    const no = EKEYREJECTED;
    const what = `seed ${SEED}, round ${round}: ${JSON.stringify(changes)} ${stderr}`;
    assert.deepEqual([status, answers], [0, { hello: no, crash: no, "crash-start": no, small: 7 }], what);
  }
});

testImage("image: a bit of the table of seals, and nothing starts", async () => {
  const random = randomNumbers(SEED);
  for (let round = 0; round < 3; round++) {
    const change = bitOf(".seal", random);
    const { status, stdout } = await bootChanged([change]);
    assert.notEqual(status, 0, `seed ${SEED}, round ${round}: ${JSON.stringify(change)}`);
    assert.equal(stdout, "");
  }
});

testWasmtime("wasmtime: packages, forms and table are verified before anything starts", () => {
  const trusted = [{ key: developmentKey().public, classes: ALL_CLASSES }];
  const system = JSON.parse(readFileSync(built, "utf8"));
  verifyWasmtimeSystem(built, trusted);
  const changed = (name, bytes) => {
    writeFileSync(join(folder, name), bytes);
    return join(folder, name);
  };
  const refused = (change, pattern, keys = trusted) => {
    const copy = structuredClone(system);
    const hello = copy.cells.find(({ name }) => name === "hello");
    change(copy, hello);
    const json = changed("system.json", JSON.stringify(copy));
    assert.throws(() => verifyWasmtimeSystem(json, keys), { name: "UserError", message: pattern });
  };
  const random = randomNumbers(SEED);
  const turned = (path) => {
    const bytes = new Uint8Array(readFileSync(path));
    return changed("changed", flipped(bytes, random(bytes.length * 8)));
  };
  refused((_, hello) => (hello.package = turned(hello.package)), /not the package that was sealed/);
  refused((_, hello) => (hello.record = turned(hello.record)), /not the package that was sealed/);
  refused((_, hello) => (hello.form = turned(hello.form)), /not its form for wasmtime/);
  refused((copy) => (copy.seals = turned(copy.seals)), /table of seals/);
  refused((copy) => copy.cells.reverse(), /not the package that was sealed/);
  refused(() => {}, /key that is not trusted/, [{ key: newKeyPair().public, classes: ALL_CLASSES }]);
});
