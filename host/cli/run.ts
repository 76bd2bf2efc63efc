/*
 * `rumpk run`: builds a system and runs it on a machine. The exit status is the one with which the system powered off.
 */
import { UserError } from "../pipeline/errors.js";
import { signingOf } from "../pipeline/package/trust.js";
import { logCommands } from "../pipeline/process.js";
import { findWasmtime } from "../pipeline/wasmtime/install.js";
import { verifyWasmtimeSystem } from "../pipeline/wasmtime/verify-system.js";
import { buildTarget } from "./build.js";
import { HOSTFS, checkMounts, diskOf, foldersOf } from "./folders.js";
import { runOnLinux } from "./run-linux.js";
import { runOnMetal } from "./run-metal.js";
import { runOnNode } from "./run-node.js";
import { printedCommand, runOnWasmtime } from "./run-wasmtime.js";
import { TARGET_FLAGS, targetOf } from "./target.js";
import { ESCAPE_HELP } from "./terminal.js";
import { Options, Verb, lastOf } from "./verb.js";

const GDB_PORT = 1234;
const MEMORY_MIB = { default: 128, least: 32, most: 65536 };

export const run: Verb = {
  summary: "build a system and run it",
  flags: {
    ...TARGET_FLAGS,
    memory: { value: "MIB", help: `memory of a metal or linux machine in MiB (default ${MEMORY_MIB.default})` },
    debug: { help: `on metal: wait for gdb on port ${GDB_PORT}, with symbols for kernel and cells` },
    icount: { help: "on metal: one nanosecond an instruction, so that every run is the same" },
    "print-command": { help: "on wasmtime: print the command that runs the built system, and do not run it" },
    dir: {
      value: "HOST:GUEST",
      repeats: true,
      help: "on node, wasmtime and linux: give the system the folder HOST of this computer as GUEST, such as .:/data",
    },
    disk: { value: "FILE", help: "on node, wasmtime and linux: the file is the device rumpk,block" },
    append: {
      value: "WORDS",
      repeats: true,
      help: 'add words to the kernel\'s command line, such as "hello.status=3"',
    },
  },
  notes: `${ESCAPE_HELP}\nThe exit status is the system's, 0 to 255; 2 also stands for an error of the command itself.`,
  async run(options) {
    if ("verbose" in options.flags) logCommands();
    const folders = foldersOf(options.flags["dir"] ?? []);
    const target = targetOf(options, folders.length > 0 ? [HOSTFS] : []);
    const memoryMiB = memoryOf(options);
    const words = (options.flags["append"] ?? []).flatMap((text) => text.split(/\s+/).filter(Boolean));
    const debug = "debug" in options.flags;
    const icount = "icount" in options.flags;
    if ("print-command" in options.flags && target.machine !== "wasmtime")
      throw new UserError("--print-command is for wasmtime; add --on wasmtime");
    const file = lastOf(options, "disk");
    const metal = target.machine !== "node" && target.machine !== "wasmtime" && target.machine !== "linux";
    const given = folders.length > 0 ? "--dir" : "--disk";
    if (metal && (folders.length > 0 || file !== undefined))
      throw new UserError(`${given} is for machines that are programs here; add --on node, wasmtime or linux`);
    if (folders.length > 0) checkMounts(target.system);
    const disk = file === undefined ? undefined : diskOf(file);
    if (target.machine === "node" || target.machine === "wasmtime") {
      const other = ["memory", "debug", "icount"].find((flag) => flag in options.flags);
      if (other) throw new UserError(`--${other} is for metal; add --on riscv64, aarch64 or x86_64`);
      if (target.machine === "wasmtime" && !("print-command" in options.flags)) findWasmtime();
      const system = await buildTarget(target);
      if (target.machine === "node")
        return runOnNode(system, { words, folders, disk: disk?.path, verbose: "verbose" in options.flags });
      const given = disk ? [...folders, disk.folder] : folders;
      if (disk) words.unshift(disk.word);
      verifyWasmtimeSystem(system, signingOf(target.system, target.key).trusted);
      if (!("print-command" in options.flags)) return runOnWasmtime(system, words, given);
      process.stdout.write(printedCommand(system, words, given) + "\n");
      return 0;
    }
    if (target.machine === "linux" && icount)
      throw new UserError("--icount is for metal; a process of Linux has a clock of its own");
    if (target.machine === "linux" && debug)
      throw new UserError("--debug is for metal; start gdb on the file that rumpk build names");
    const elf = await buildTarget(target);
    if (target.machine === "linux") return runOnLinux(elf, { memoryMiB, words, folders, disk: disk?.path });
    return runOnMetal(target.machine, elf, { memoryMiB, icount, words, ...(debug ? { gdbPort: GDB_PORT } : {}) });
  },
};

function memoryOf(options: Options): number {
  const text = lastOf(options, "memory") ?? String(MEMORY_MIB.default);
  const value = Number(text);
  if (Number.isInteger(value) && value >= MEMORY_MIB.least && value <= MEMORY_MIB.most) return value;
  throw new UserError(`--memory ${text}: expected a whole number from ${MEMORY_MIB.least} to ${MEMORY_MIB.most}`);
}
