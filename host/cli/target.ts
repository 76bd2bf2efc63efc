/*
 * The flags that build and run share: which system, for which machine.
 */
import { UserError } from "../pipeline/errors.js";
import { System, readSystem, systemFileName } from "../pipeline/manifest/system.js";
import { ISAS, Isa } from "../pipeline/metal/isa.js";
import { Flag, Options, lastOf } from "./verb.js";

export type Machine = "node" | "wasmtime" | "linux" | Isa;

export const MACHINES: Machine[] = ["node", "wasmtime", ...ISAS, "linux"];

export const TARGET_FLAGS: Record<string, Flag> = {
  on: { value: "MACHINE", help: `one of ${MACHINES.join(", ")} (default node)` },
  system: { value: "NAME|FILE", help: "a system in systems/, or a .kdl file (default shell)" },
  with: { value: "DIR", repeats: true, help: "add the cell in DIR, wherever it lies; may be repeated" },
  sanitize: { help: "on linux: under AddressSanitizer and UndefinedBehaviorSanitizer" },
  release: { help: "on metal and linux: leave out the table by which a fault names function and line" },
  checked: { help: "with a kernel that checks its tables after every run of a cell, and stops when they are wrong" },
  key: { value: "FILE", help: "sign packages and system with this key pair (default: the development key)" },
  verbose: { help: "write every command and its output to build/log" },
};

export interface Target {
  machine: Machine;
  system: System;
  /** Name of the files made for this system. */
  fileName: string;
  /** On Linux: with sanitizers. */
  sanitize: boolean;
  /** Without the table of places. */
  release: boolean;
  /** With the checked kernel. */
  checked: boolean;
  /** File of the key pair that signs. */
  key: string | undefined;
}

/** Reads the machine's name; an unknown one is an error. */
export function machineOf(name: string): Machine {
  if ((MACHINES as string[]).includes(name)) return name as Machine;
  throw new UserError(`unknown machine "${name}"; known: ${MACHINES.join(", ")}`);
}

/** Reads the flags above. The cells in the folders `more` are added. */
export function targetOf(options: Options, more: string[] = []): Target {
  const extra = [...(options.flags["with"] ?? []), ...more];
  const machine = machineOf(lastOf(options, "on") ?? "node");
  const system = readSystem(lastOf(options, "system") ?? "shell", extra);
  const sanitize = "sanitize" in options.flags;
  const checked = "checked" in options.flags;
  if (sanitize && machine !== "linux") throw new UserError("--sanitize is for Linux; add --on linux");
  return {
    machine,
    system,
    fileName: `${systemFileName(system, extra)}${checked ? "-checked" : ""}`,
    sanitize,
    release: "release" in options.flags,
    checked,
    key: lastOf(options, "key"),
  };
}
