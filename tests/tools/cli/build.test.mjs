/*
 * Building as a user does: a new cell, its errors at the right lines, nothing built twice, and the example from
 * README.md, word for word.
 */
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { root, scratchFolder } from "../../lib/paths.mjs";
import { rumpk, run, bin } from "../../lib/rumpk.mjs";

test("new writes a cell that runs, and that an editor can read", async (t) => {
  const folder = join(scratchFolder(t), "greeter");
  const made = await rumpk(["new", folder]);
  assert.equal(made.status, 0, made.stderr);
  assert.deepEqual(readdirSync(folder).sort(), ["cell.kdl", "main.ts", "tsconfig.json"]);
  const config = JSON.parse(readFileSync(join(folder, "tsconfig.json"), "utf8"));
  const base = join(folder, config.extends);
  assert.ok(existsSync(base), "tsconfig.json extends what is not there");
  const { paths } = JSON.parse(readFileSync(base, "utf8")).compilerOptions;
  assert.ok(existsSync(join(dirname(base), paths.rumpk[0])), 'an editor does not find "rumpk"');
  const { stdout, status, stderr } = await rumpk(["run", "--with", folder], {
    input: "run greeter a b\n",
  });
  assert.equal(stdout, "Hello from greeter, with 2 arguments.\n", stderr);
  assert.equal(status, 0);
});

test("new does not write into a folder that holds something", async (t) => {
  const folder = join(scratchFolder(t), "taken");
  mkdirSync(folder);
  writeFileSync(join(folder, "main.ts"), "mine");
  const { status, stderr } = await rumpk(["new", folder]);
  assert.equal(status, 2);
  assert.match(stderr, /not empty/);
  assert.equal(readFileSync(join(folder, "main.ts"), "utf8"), "mine");
});

/** A new cell with this source. */
async function cellWith(t, source) {
  const folder = join(scratchFolder(t), "probe");
  await rumpk(["new", folder]);
  writeFileSync(join(folder, "main.ts"), source);
  return folder;
}

test("an error of the compiler is shown at its place in the source", async (t) => {
  const source = "export function main(args: string[]): i32 {\n  return nosuch;\n}\n";
  const folder = await cellWith(t, source);
  const { status, stdout, stderr } = await rumpk(["build", "--with", folder]);
  assert.equal(status, 2);
  assert.equal(stdout, "");
  assert.match(stderr, /nosuch/);
  assert.match(stderr, /probe\/main\.ts[(:]2[,:]10/);
});

test("a cell without main is refused", async (t) => {
  const folder = await cellWith(t, "export function other(): i32 {\n  return 0;\n}\n");
  const { status, stderr } = await rumpk(["build", "--with", folder]);
  assert.equal(status, 2);
  assert.match(stderr, /main/);
});

/** Path and modification time of every file below a folder. */
function times(folder) {
  const found = [];
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) found.push(...times(path));
    else found.push([path, statSync(path).mtimeMs]);
  }
  return found;
}

/**
 * The files that a build of the shell makes for a machine, with times. Other suites build other systems and for other
 * machines meanwhile.
 */
function productsOf(machine) {
  const build = join(root, "build");
  const cells = JSON.parse(readFileSync(join(build, "system/shell.json"), "utf8")).cells.map(({ name }) => name);
  const modules = cells.map((name) => `cell_${name.replaceAll("-", "_")}`);
  const ofCells = cells.flatMap((name) => times(join(build, "cells", name))).filter(([path]) => !/wasmtime/.test(path));
  const native = () => [
    ...modules.flatMap((name) => times(join(build, "gen", name))),
    ...times(join(build, machine)).filter(
      ([path]) => /shell\.elf$|obj\/hal/.test(path) || modules.some((name) => path.includes(name)),
    ),
  ];
  const found = [...times(join(build, "kernel")), ...ofCells, ...(machine === "node" ? [] : native())];
  return found.filter(([path]) => /\.(wasm|o|elf|c)$/.test(path));
}

for (const machine of ["node", "riscv64"]) {
  test(`a second build for ${machine} makes nothing`, async () => {
    const first = await rumpk(["build", "--on", machine]);
    assert.equal(first.status, 0, first.stderr);
    const before = productsOf(machine);
    assert.ok(before.length > 5, "a build makes more than that");
    const second = await rumpk(["build", "--on", machine]);
    assert.equal(second.status, 0, second.stderr);
    assert.deepEqual(productsOf(machine), before);
  });
}

test("a second command does not compile host/ again", async (t) => {
  const programs = join(scratchFolder(t), "programs");
  writeFileSync(programs, "");
  const spy = `import { appendFileSync } from "node:fs"; appendFileSync(${JSON.stringify(programs)}, process.argv[1] + "\\n");`;
  const env = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(spy)}` };
  for (let i = 0; i < 2; ++i) assert.equal((await rumpk(["help"], { env })).status, 0);
  const started = readFileSync(programs, "utf8").trim().split("\n");
  assert.equal(started.filter((path) => path.endsWith("rumpk.mjs")).length, 2, "the spy saw the commands");
  const last = started.slice(started.findLastIndex((path) => path.endsWith("rumpk.mjs")));
  assert.equal(last.length, 1, `the second command started ${last.slice(1)}`);
});

test("a changed source is built again, and only then", async (t) => {
  const folder = await cellWith(
    t,
    'import { console } from "rumpk";\nexport function main(args: string[]): i32 {\n  console.log("one");\n  return 0;\n}\n',
  );
  const say = () => rumpk(["run", "--with", folder], { input: "run probe\n" });
  assert.equal((await say()).stdout, "one\n");
  const source = join(folder, "main.ts");
  writeFileSync(source, readFileSync(source, "utf8").replace("one", "two"));
  assert.equal((await say()).stdout, "two\n");
});

/** The files and the command of README.md's section on cells. */
function readmeExample() {
  const text = readFileSync(join(root, "README.md"), "utf8");
  const section = text.split(/^## /m).find((part) => part.startsWith("Your own cell"));
  assert.ok(section, "README.md has no section on cells");
  const files = [...section.matchAll(/^`([\w/.-]+)`\n\n```\w+\n([\s\S]*?)^```$/gm)].map(([, path, body]) => [
    path,
    body,
  ]);
  const command = section.match(/^```sh\n([\s\S]*?)^```$/m)?.[1];
  return { files, command };
}

test("the example of README.md works as it stands there", async (t) => {
  const { files, command } = readmeExample();
  assert.equal(files.length, 2, "a manifest and a source");
  const folder = scratchFolder(t);
  for (const [path, body] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), body);
  }
  const words = command.replaceAll("npx rumpk", `'${process.execPath}' '${bin}'`);
  const { stdout, stderr, status } = await run("sh", ["-c", words], { cwd: folder });
  const motd = readFileSync(join(root, "rootfs/etc/motd"), "utf8").split(" ").length;
  assert.equal(stdout, `/sysro/etc/motd: ${motd} words\n`, stderr);
  assert.equal(status, 0);
});

test("npx finds the command without a build", async () => {
  const bins = JSON.parse(readFileSync(join(root, "host/cli/package.json"), "utf8")).bin;
  assert.ok(statSync(join(root, "host/cli", bins.rumpk)).mode & 0o100, "the bin is not executable");
});
