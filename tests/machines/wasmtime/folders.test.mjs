/*
 * Folders of the host, on the machines that offer them: reads and writes are real, no path or link leads out of a
 * folder, not even for a compromised driver, and mistakes in --dir give one line.
 */
import assert from "node:assert/strict";
import {
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { test } from "node:test";
import * as abi from "../../../build/host/abi.js";
import { run as runMachine } from "../../../build/host/node/index.js";
import { missingTool } from "../../lib/machines.mjs";
import { root, scratchFolder } from "../../lib/paths.mjs";
import { run, rumpk } from "../../lib/rumpk.mjs";

const poke = join(root, "tests/machines/wasmtime/poke.kdl");

/** A folder to share, next to a secret, with links that lead out and in. */
function scene(t) {
  const outside = scratchFolder(t);
  const inside = join(outside, "given");
  mkdirSync(join(inside, "sub"), { recursive: true });
  writeFileSync(join(outside, "secret"), "secret\n");
  writeFileSync(join(inside, "note"), "hello\n");
  writeFileSync(join(inside, "sub/deep"), "deep\n");
  symlinkSync("..", join(inside, "up"));
  symlinkSync("../secret", join(inside, "out"));
  symlinkSync("note", join(inside, "in"));
  return { outside, inside };
}

/** The output of the cell poker for its requests, by machine. */
const pokers = {
  async wasmtime(folder, requests) {
    const flags = ["--on", "wasmtime", "--system", poke, "--append", requests.map((each) => `poker.${each}`).join(" ")];
    const printed = await rumpk(["run", ...flags, "--print-command"]);
    assert.equal(printed.status, 0, printed.stderr);
    const command = printed.stdout.replace("wasmtime run", `wasmtime run --dir ${folder}::/given`);
    return run("sh", ["-c", command]);
  },
  async node(folder, requests) {
    const built = await rumpk(["build", "--on", "node", "--system", poke]);
    assert.equal(built.status, 0, built.stderr);
    const [input, output] = [new PassThrough(), new PassThrough()];
    let stdout = "";
    output.on("data", (bytes) => (stdout += bytes));
    input.end();
    const commandLine = ["uart.console=pipe", ...requests.map((each) => `poker.${each}`)].join(" ");
    const folders = [{ host: folder, guest: "/given" }];
    const status = await runMachine(join(root, built.stdout.trim()), {
      terminal: false,
      input,
      output,
      commandLine,
      folders,
    });
    return { status, stdout };
  },
  async linux(folder, requests) {
    const built = await rumpk(["build", "--on", "linux", "--system", poke]);
    assert.equal(built.status, 0, built.stderr);
    const words = requests.map((each) => `poker.${each}`);
    return run(join(root, built.stdout.trim()), [`dir=${folder}:/given`, ...words]);
  },
};

const { HOSTDIR_NAME: NAME, HOSTDIR_STAT: STAT, HOSTDIR_LIST: LIST, HOSTDIR_READ: READ, HOSTDIR_WRITE: WRITE } = abi;
const { HOSTDIR_CREATE: CREATE, HOSTDIR_MAKE_DIRECTORY: MAKE, HOSTDIR_RENAME: RENAME, HOSTDIR_REMOVE: REMOVE } = abi;
const { HOSTDIR_REMOVE_DIRECTORY: REMOVE_DIRECTORY, HOSTDIR_SYNC: SYNC, HOSTDIR_RESIZE: RESIZE } = abi;

const { HOSTDIR_TOUCH: TOUCH } = abi;

for (const [machine, poker] of Object.entries(pokers)) {
  const skip = missingTool(machine);

  test(`${machine}: requests do what they say`, { skip }, async (t) => {
    const { inside } = scene(t);
    const requests = [
      [NAME, "", "6 /given"],
      [STAT, "note", "0"],
      [READ, "note", "6 hello."],
      [READ, "sub/deep", "5 deep."],
      [LIST, "sub", "28 "],
      [CREATE, "new", "0"],
      [CREATE, "new", String(abi.EEXIST)],
      [WRITE, "new:words", "5"],
      [SYNC, "new", "0"],
      [MAKE, "dir", "0"],
      [RENAME, "new:dir/moved", "0"],
      [REMOVE_DIRECTORY, "dir", String(abi.ENOTEMPTY)],
      [RESIZE, "note", "0"],
      [REMOVE, "sub/deep", "0"],
      [REMOVE_DIRECTORY, "sub", "0"],
      [READ, "dir", String(abi.EISDIR)],
      [STAT, "nothing", String(abi.ENOENT)],
      [TOUCH, "nothing", String(abi.ENOENT)],
      [TOUCH, "dir", "0"],
      [99, "note", String(abi.EINVAL)],
    ];
    const { stdout, status } = await poker(
      inside,
      requests.map(([number, path]) => `${number}:${path}`),
    );
    const lines = stdout.trimEnd().split("\n");
    assert.equal(status, 0, stdout);
    assert.equal(lines.length, requests.length, stdout);
    for (const [index, [number, path, answer]] of requests.entries())
      assert.ok(lines[index].startsWith(answer), `${number}:${path} answered ${lines[index]}, not ${answer}`);
    assert.equal(readFileSync(join(inside, "dir/moved"), "utf8"), "words");
    assert.equal(readFileSync(join(inside, "note"), "utf8"), "");
    assert.equal(existsSync(join(inside, "sub")), false);
  });

  test(`${machine}: nothing outside is reached`, { skip }, async (t) => {
    const { outside, inside } = scene(t);
    const paths = ["../secret", "sub/../../secret", "up/secret", "out", `${outside}/secret`, "up/given/note"];
    const requests = [
      ...paths.flatMap((path) => [`${READ}:${path}`, `${WRITE}:${path}:changed`, `${RESIZE}:${path}`]),
      ...["up", "..", "sub/../.."].map((path) => `${LIST}:${path}`),
      ...["../new", "up/new", `${outside}/new`, "sub/../../new"].flatMap((path) => [
        `${CREATE}:${path}`,
        `${MAKE}:${path}`,
        `${RENAME}:note:${path}`,
      ]),
      ...["../secret", "up/secret", "../given/note"].flatMap((path) => [
        `${REMOVE}:${path}`,
        `${RENAME}:${path}:taken`,
      ]),
      `${REMOVE_DIRECTORY}:../given`,
    ];
    const { stdout, status } = await poker(inside, requests);
    const lines = stdout.trimEnd().split("\n");
    assert.equal(status, 0, stdout);
    assert.equal(lines.length, requests.length, stdout);
    for (const [index, line] of lines.entries()) assert.match(line, /^-\d+$/, `${requests[index]} answered ${line}`);
    assert.equal(readFileSync(join(outside, "secret"), "utf8"), "secret\n");
    assert.equal(readFileSync(join(inside, "note"), "utf8"), "hello\n");
    assert.equal(existsSync(join(outside, "new")), false);
    assert.equal(existsSync(join(inside, "taken")), false);
  });

  test(`${machine}: the shell reads and writes a folder of the host`, { skip }, async (t) => {
    const { inside } = scene(t);
    const flags = ["run", "--on", machine, "--dir", `${inside}:/given`];
    const input = "cat /given/note /given/sub/deep\necho words > /given/new\ncat /given/out\nls /given/sub\n";
    const { stdout, stderr, status } = await rumpk(flags, { input });
    assert.equal(stdout, "hello\ndeep\ndeep\n", stderr);
    assert.equal(stderr, "cat: /given/out: a symbolic link\n");
    assert.equal(status, 0);
    assert.equal(readFileSync(join(inside, "new"), "utf8"), "words\n");
  });
}

/** A folder of many files, and one whose names are not UTF-8. */
function crowd(t) {
  const { inside } = scene(t);
  const many = join(inside, "many");
  mkdirSync(many);
  for (let i = 0; i < 300; i++) writeFileSync(join(many, `a-name-of-some-length-${i}`), "");
  linkSync(join(inside, "note"), join(inside, "sub/same"));
  utimesSync(join(inside, "note"), 1000, 1000);
  return { inside, many, strange: Buffer.from(`${inside}/odd/\xf0`, "latin1") };
}

for (const machine of Object.keys(pokers))
  test(`${machine}: files are what they are, whatever they are called`, { skip: missingTool(machine) }, async (t) => {
    const { inside, many, strange } = crowd(t);
    mkdirSync(join(inside, "odd"));
    if (machine !== "wasmtime") writeFileSync(strange, "strange\n");
    const flags = ["run", "--on", machine, "--dir", `${inside}:/one`, "--dir", `${join(inside, "sub")}:/two`];
    const lines = [
      "ls /one/many | wc -l",
      "cp /one/note /one/sub/same; echo $?; cp /two/deep /one/sub/deep; echo $?",
      // A file that is visible but not readable is not truncated.
      "cp /one/in /one/sub/deep; echo $?; cat /one/note /two/deep",
      "touch /one/note; echo $?",
      "rm /one/note\xf0; echo $?; touch /one/odd/new\xff; ls /one/odd; cat /one/odd/\xf0",
    ];
    const input = Buffer.from(lines.map((line) => `${line}\n`).join(""), "latin1");
    const { bytes, stderr } = await rumpk(flags, { input });
    const start = "     300\n1\n1\n1\nhello\ndeep\n0\n1\n";
    // WASI has only UTF-8 names.
    const odd = machine === "wasmtime" ? "" : "new\xff\n\xf0\nstrange\n";
    assert.equal(bytes.toString("latin1"), start + odd, stderr);
    assert.match(stderr, /cp: \/one\/note and \/one\/sub\/same are the same file\n/);
    assert.match(stderr, /cp: \/two\/deep and \/one\/sub\/deep are the same file\n/);
    assert.match(stderr, /cp: \/one\/in: a symbolic link\n/);
    if (machine === "wasmtime") assert.match(stderr, /touch: \/one\/odd\/new.+: invalid argument\n/);
    assert.equal(readFileSync(join(inside, "note"), "utf8"), "hello\n");
    assert.ok(statSync(join(inside, "note")).mtimeMs > 1e9, "touch sets the time");
    assert.equal(readdirSync(many).length, 300);
  });

test("the printed command with a folder and a disk works when pasted", { skip: missingTool("wasmtime") }, async (t) => {
  const { outside, inside } = scene(t);
  writeFileSync(join(outside, "disk.img"), Buffer.alloc(abi.BLOCK_SECTOR));
  const given = ["--dir", `${inside}:/given`, "--dir", `${join(inside, "sub")}:/mnt/sub`];
  const flags = ["run", "--on", "wasmtime", ...given, "--disk", join(outside, "disk.img"), "--print-command"];
  const printed = await rumpk(flags);
  assert.equal(printed.status, 0, printed.stderr);
  const input = "cat /given/note /mnt/sub/deep /rumpk-disk/secret\n";
  const { stdout, stderr, status } = await run("sh", ["-c", printed.stdout], { input });
  assert.equal(stdout, "hello\ndeep\n", stderr);
  assert.equal(stderr, "cat: /rumpk-disk/secret: no such file or directory\n");
  assert.equal(status, 1);
});

for (const [value, words] of [
  ["nothing", "expected HOST:GUEST, a folder here and an absolute path, such as .:/data"],
  [".:data", "expected HOST:GUEST, a folder here and an absolute path, such as .:/data"],
  [".:/", "expected HOST:GUEST, a folder here and an absolute path, such as .:/data"],
  [".:/a/../b", "expected HOST:GUEST, a folder here and an absolute path, such as .:/data"],
  ["no-such-folder:/data", "there is no folder no-such-folder"],
  ["README.md:/data", "README.md is not a folder"],
])
  test(`--dir ${value} is one line`, async () => {
    const { status, stderr } = await rumpk(["run", "--on", "wasmtime", "--dir", value]);
    assert.deepEqual([status, stderr], [2, `rumpk: --dir ${value}: ${words}\n`]);
  });

test("--dir is refused where the host is not there, and where nothing mounts it", async () => {
  const metal = await rumpk(["run", "--on", "riscv64", "--dir", ".:/data"]);
  const where = "--dir is for machines that are programs here; add --on node, wasmtime or linux";
  assert.deepEqual([metal.status, metal.stderr], [2, `rumpk: ${where}\n`]);
  const hello = await rumpk(["run", "--system", "hello", "--dir", ".:/data"]);
  const what = '--dir: no cell of the system "hello" mounts folders; the shell\'s cell vfs does';
  assert.deepEqual([hello.status, hello.stderr], [2, `rumpk: ${what}\n`]);
});
