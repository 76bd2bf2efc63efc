/*
 * How much native stack the kernel needs when a cell calls it: the deepest path of calls below any sys_* function, from
 * the disassembly of the image (who calls whom) and the compiler's own figures (how big each frame is). Calls run on the
 * cell's stack, and hal/ makes sure that this much is left; so the need must be known, and a circle of calls or a call
 * through a pointer below sys_* is an error. Interrupts and exceptions have stacks of their own.
 */
import { readFileSync } from "node:fs";

import { UserError } from "../errors.js";
import { runChecked } from "../process.js";

const OBJDUMP = "llvm-objdump-19";
const FUNCTION = /^[0-9a-f]+ <(.+)>:$/;
const TARGET = /<([^>+]+)>$/;
const INDIRECT = /\s(jalr\s+\w+$|blr\s|callq?\s+\*)/;
const ROOT = /^w2c_kernel_sys_/;

interface CalledFunction {
  calls: Set<string>;
  indirect: boolean;
}

/** The deepest path below the kernel's calls. */
export interface StackNeed {
  bytes: number;
  path: string[];
}

/** Finds the need of an image; `usage` are the compiler's .su files. */
export async function kernelStackNeed(elf: string, usage: string[]): Promise<StackNeed> {
  const { stdout } = await runChecked(OBJDUMP, ["--disassemble", "--no-show-raw-insn", elf]);
  const graph = callGraph(stdout);
  const frames = frameSizes(usage);
  const known = new Map<string, StackNeed>();
  const below = (name: string, trail: string[]): StackNeed => {
    const found = known.get(name);
    if (found) return found;
    if (trail.includes(name))
      throw new UserError(`the kernel calls itself in a circle: ${[...trail, name].join(" > ")}`);
    const node = graph.get(name);
    if (node?.indirect && /^w2c_kernel_/.test(name))
      throw new UserError(`the kernel calls through a pointer in ${name}`);
    const deepest = [...(node?.calls ?? [])]
      .filter((callee) => graph.has(callee))
      .map((callee) => below(callee, [...trail, name]))
      .reduce((most, need) => (need.bytes > most.bytes ? need : most), { bytes: 0, path: [] });
    const need = { bytes: deepest.bytes + (frames.get(name) ?? 0), path: [name, ...deepest.path] };
    known.set(name, need);
    return need;
  };
  const needs = [...graph.keys()].filter((name) => ROOT.test(name)).map((name) => below(name, []));
  if (!needs.length) throw new UserError(`${elf}: the image has no sys_ functions`);
  return needs.reduce((most, need) => (need.bytes > most.bytes ? need : most));
}

/** Who calls (or jumps to the start of) whom. */
function callGraph(disassembly: string): Map<string, CalledFunction> {
  const graph = new Map<string, CalledFunction>();
  let name = "";
  for (const line of disassembly.split("\n")) {
    const start = FUNCTION.exec(line);
    if (start) {
      name = start[1]!;
      if (!graph.has(name)) graph.set(name, { calls: new Set(), indirect: false });
      continue;
    }
    const node = graph.get(name);
    const target = TARGET.exec(line)?.[1];
    if (node && target && target !== name) node.calls.add(target);
    if (node && INDIRECT.test(line)) node.indirect = true;
  }
  return graph;
}

/** Bytes of each function's frame; of two static functions of one name the bigger counts. */
function frameSizes(usage: string[]): Map<string, number> {
  const frames = new Map<string, number>();
  for (const line of usage.flatMap((path) => readFileSync(path, "utf8").split("\n"))) {
    const match = /:([^:\t]+)\t(\d+)\t/.exec(line);
    if (match) frames.set(match[1]!, Math.max(frames.get(match[1]!) ?? 0, Number(match[2])));
  }
  return frames;
}
