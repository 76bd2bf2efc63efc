/*
 * Wrong usage of the `rumpk` command: one clear line on standard error, nothing on standard output, exit status 2; and
 * its help, which is not an error.
 */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { scratchFolder } from "../../lib/paths.mjs";
import { pathWith } from "../../lib/programs.mjs";
import { rumpk } from "../../lib/rumpk.mjs";

const verbs = [
  "run",
  "build",
  "new",
  "keygen",
  "sign",
  "verify",
  "inspect",
  "doctor",
  "size",
  "bench",
  "abi",
  "verify-chain",
];
const machines = ["node", "wasmtime", "riscv64", "aarch64", "x86_64", "linux"];

/** Arguments for rumpk, and what its one line must say. */
const misuses = [
  [["nosuch"], /nosuch/, /run, build/],
  [["run", "--on", "mars"], /mars/, ...machines.map((name) => new RegExp(`\\b${name}\\b`))],
  [["run", "--nosuch"], /--nosuch/, /rumpk run --help/],
  [["run", "extra"], /extra/],
  [["run", "--on"], /--on/],
  [["run", "--on", "node", "--on", "riscv64"], /--on/],
  [["run", "--icount"], /--icount/, /metal/],
  [["run", "--debug"], /--debug/, /metal/],
  [["run", "--on", "linux", "--icount"], /--icount/, /metal/],
  [["run", "--on", "linux", "--debug"], /--debug/, /gdb/],
  [["run", "--sanitize"], /--sanitize/, /--on linux/],
  [["build", "-o", "nosuch/file"], /--output/, /--on/],
  [["run", "--on", "riscv64", "--memory", "3"], /--memory 3/],
  [["run", "--on", "riscv64", "--memory", "much"], /--memory much/],
  [["run", "--system", "nosuch"], /nosuch/],
  [["run", "--with", "/nonexistent"], /\/nonexistent/, /cell\.kdl/],
  [["build", "--on", "mars"], /mars/],
  [["build", "--json"], /--json/],
  [["new"], /directory/],
  [["new", "Bad Name"], /Bad Name/],
  [["new", "a", "b"], /"b"/],
  [["keygen"], /file is missing/],
  [["keygen", "/nonexistent/key"], /\/nonexistent\/key: ENOENT/],
  [["sign"], /file is missing/],
  [["sign", "nosuch.npk"], /nosuch\.npk: .*ENOENT/],
  [["sign", "package.json"], /package\.json: not a WebAssembly module/],
  [["verify"], /file is missing/],
  [["verify", "nosuch.npk"], /nosuch\.npk: .*ENOENT/],
  [["inspect"], /file is missing/],
  [["inspect", "package.json"], /package\.json: not a WebAssembly module/],
  [["build", "--key", "nosuch.key"], /nosuch\.key: /],
  [["size", "--nosuch"], /--nosuch/],
  [["bench", "--nosuch"], /--nosuch/],
  [["doctor", "--nosuch"], /--nosuch/],
  [["abi", "--nosuch"], /--nosuch/],
  [["verify-chain"], /verify-chain --help/],
  [["verify-chain", "nosuch-file"], /nosuch-file/],
  [["verify-chain", "a", "b"], /"b"/],
  [["verify-chain", "a", "--key", "12"], /--key/, /64 hexadecimal digits/],
];

/** Checks for one line of error with status 2. */
function assertRefused({ status, stdout, stderr }, ...patterns) {
  assert.equal(stdout, "");
  assert.match(stderr, /^rumpk: [^\n]+\n$/);
  for (const pattern of patterns) assert.match(stderr, pattern);
  assert.equal(status, 2);
}

for (const [args, ...patterns] of misuses) {
  test(`refused: rumpk ${args.join(" ")}`, async () => assertRefused(await rumpk(args), ...patterns));
}

test("no verb is wrong use, and shows what there is", async () => {
  const { status, stdout, stderr } = await rumpk([]);
  assert.equal(status, 2);
  for (const verb of verbs) assert.match(stdout + stderr, new RegExp(`\\b${verb}\\b`));
});

test("--help names every verb", async () => {
  const { status, stdout, stderr } = await rumpk(["--help"]);
  assert.equal(status, 0);
  assert.equal(stderr, "");
  for (const verb of verbs) assert.match(stdout, new RegExp(`^ +${verb} `, "m"));
});

for (const verb of verbs) {
  test(`rumpk ${verb} --help`, async () => {
    const { status, stdout, stderr } = await rumpk([verb, "--help"]);
    assert.equal(status, 0);
    assert.equal(stderr, "");
    assert.match(stdout, new RegExp(`^usage: rumpk ${verb}\\b`));
    assert.match(stdout, /--help/);
  });
}

test("no colour and no progress off a terminal", async () => {
  const { stdout, stderr } = await rumpk(["build", "--on", "node"], { env: { FORCE_COLOR: "1" } });
  assert.doesNotMatch(stdout + stderr, /[\x1b\r]/);
});

test("a missing QEMU is named, with the command that installs it", async (t) => {
  const built = await rumpk(["build", "--on", "riscv64"]);
  assert.equal(built.status, 0, built.stderr);
  const compilers = ["clang-19", "ld.lld-19", "wasm-ld-19", "llvm-objdump-19", "llvm-objcopy-19"];
  const programs = ["node", "sh", "tar", "gzip", ...compilers];
  const result = await rumpk(["run", "--on", "riscv64"], { env: { PATH: pathWith(t, ...programs) } });
  assertRefused(result, /qemu-system-riscv64/, /apt-get install qemu-system-misc/);
});

test("a missing compiler is named, with the command that installs it", async (t) => {
  const folder = scratchFolder(t);
  const made = await rumpk(["new", join(folder, "probe")]);
  assert.equal(made.status, 0, made.stderr);
  const args = ["build", "--on", "riscv64", "--with", join(folder, "probe")];
  const result = await rumpk(args, { env: { PATH: pathWith(t, "node", "sh", "tar", "gzip") } });
  assertRefused(result, /clang-19/, /apt-get install clang-19/);
});

test("doctor says what is missing, and that it is", async (t) => {
  const { status, stdout } = await rumpk(["doctor"], { env: { PATH: pathWith(t, "node", "sh") } });
  assert.notEqual(status, 0);
  assert.match(stdout, /^missing +clang-19/m);
  assert.match(stdout, /^ok +Node/m);
});

/** Wrong manifests: the text that replaces a good line, and what the error must say, including line and column. */
const badManifests = [
  ['  knid "npk"', /cell\.kdl:2:3: .*knid/],
  ['  kind "application"', /cell\.kdl:2:8: .*application/],
  ['  kind "npk" "npl"', /cell\.kdl:2:\d+: /],
  ['  kind "npk"\n  kind "npk"', /cell\.kdl:3:3: .*kind/],
  ['  kind "npk"\n  memory max=many', /cell\.kdl:3:/],
  ['  kind "npk"\n  memory max=-1', /cell\.kdl:3:10: /],
  ['  kind "npk"\n  stack "5 bananas"', /cell\.kdl:3:9: /],
  ['  kind "npk"\n  watchdog 5', /cell\.kdl:3:12: /],
  ['  kind "npk"\n  promises "everything"', /cell\.kdl:3:12: .*everything/],
  ['  kind "npk"\n  channel 0x1001 {', /cell\.kdl:/],
  ['  kind "npk"\n  port 0x4000 {\n    clients 1\n    in slot=60 count=4\n  }', /cell\.kdl:5:\d+: .*8/],
  ['  kind "npk"\n  port 0x4000 {\n    clients 1\n    in slot=64 count=3\n  }', /cell\.kdl:5:\d+: .*power of two/],
  [
    '  kind "npk"\n  port 0x4000 {\n    clients 1\n    needs "all"\n    in slot=64 count=4\n  }',
    /cell\.kdl:5:\d+: .*"all"/,
  ],
  [
    '  kind "npk"\n  port 0x4000 {\n    clients 1\n    needs "stdio" "exec"\n    in slot=64 count=4\n  }',
    /cell\.kdl:5:\d+: .*one promise/,
  ],
  ...[
    ['"rpath"', '"/a" "/b"', /cell\.kdl:6:\d+: .*one absolute path/],
    ['"rpath"', '"data"', /cell\.kdl:6:\d+: .*one absolute path/],
    ['"rpath"', '"/a/../b"', /cell\.kdl:6:\d+: .*one absolute path/],
    ['"rpath"', `"/${"n".repeat(32)}"`, /cell\.kdl:6:\d+: .*32 bytes/],
    ['"stdio"', '"/data"', /cell\.kdl:6:\d+: .*its port needs "rpath"/],
  ].map(([needs, mount, message]) => [
    `  kind "npk"\n  port 0x4000 {\n    clients 1\n    needs ${needs}\n    mount ${mount}\n    in slot=64 count=4\n  }`,
    message,
  ]),
  ['  kind "npk"\n  source "nosuch.ts"', /cell\.kdl:3:\d+: .*nosuch\.ts/],
  ['  kind "npk"\n  channel 0x7777', /0x7777/],
  ['  kind "npk"\n  worker "cat"', /cell\.kdl:3:3: .*exec/],
  ['  kind "npk"\n  promises "exec"\n  worker "cat" "rpath"', /cell\.kdl:4:3: .*rpath/],
  ['  kind "npk"\n  promises "exec"\n  worker "Cat"', /cell\.kdl:4:3: .*letters/],
  ['  kind "npk"\n  promises "exec"\n  worker "cat"\n  worker "cat"', /cell\.kdl:5:3: .*twice/],
  ["  # kind", /cell\.kdl:2:/],
];

for (const [text, pattern] of badManifests) {
  test(`bad manifest: ${text.trim().split("\n").at(-1).trim()}`, async (t) => {
    const folder = scratchFolder(t);
    const memory = text.includes("memory") ? "" : "  memory max=4\n";
    writeFileSync(join(folder, "cell.kdl"), `cell "probe" {\n${text}\n${memory}}\n`);
    writeFileSync(join(folder, "main.ts"), "export function main(args: string[]): i32 {\n  return 0;\n}\n");
    assertRefused(await rumpk(["build", "--with", folder]), pattern);
  });
}

test("two cells of one name", async (t) => {
  const folder = scratchFolder(t);
  writeFileSync(join(folder, "cell.kdl"), `cell "hello" {\n  kind "npk"\n  memory max=4\n}\n`);
  writeFileSync(join(folder, "main.ts"), "export function main(args: string[]): i32 {\n  return 0;\n}\n");
  assertRefused(await rumpk(["build", "--with", folder]), /hello/);
});
