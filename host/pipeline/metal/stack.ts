/*
 * How much native stack the deepest call path takes, from the disassembly of an image (the call graph) and the
 * compiler's own figures (the size of each frame).
 *
 * The kernel's calls run on the cell's stack, and hal/ makes sure that a fixed amount is left; so their need must be
 * known exactly: recursion or a call through a pointer in the kernel is an error. For cells, which may recurse, the
 * figure is only a lower bound if `open` is set. Interrupts and exceptions have separate stacks.
 */
import { readFileSync } from "node:fs";

import { UserError } from "../errors.js";
import { runChecked } from "../process.js";

const OBJDUMP = "llvm-objdump-19";
const FUNCTION = /^0*([0-9a-f]+) <(.+)>:$/;
const TARGET = /\s0x([0-9a-f]+) <[^>+]+>$/;
const INDIRECT = /\s(jalr\s+\w+$|blr\s|callq?\s+\*)/;

interface CalledFunction {
  name: string;
  /** Addresses of the functions that it calls. */
  calls: Set<string>;
  indirect: boolean;
}

/** The deepest path below some functions. */
export interface StackNeed {
  bytes: number;
  path: string[];
  /** There is recursion or a call through a pointer, so the need may be greater. */
  open: boolean;
}

/** All functions of an image by address (static functions may share a name), and frames by name. */
export interface StackGraph {
  functions: Map<string, CalledFunction>;
  frames: Map<string, number>;
}

/** Reads an image; `usage` are the compiler's .su files. */
export async function readStackGraph(elf: string, usage: string[]): Promise<StackGraph> {
  const { stdout } = await runChecked(OBJDUMP, ["--disassemble", "--no-show-raw-insn", elf]);
  return { functions: callGraph(stdout), frames: frameSizes(usage) };
}

/**
 * Largest allowed frame, in bytes: a larger one might jump over the guard below a stack, at least 4 MiB, without
 * touching it. A function writes at most one callee's frame below its own, so there is room to spare.
 */
const FRAME_MAX = 1 << 20;

/** Refuses an image with a function whose frame could jump over the guard. */
export function checkFrames({ frames }: StackGraph): void {
  for (const [name, bytes] of frames) {
    if (bytes > FRAME_MAX)
      throw new UserError(`${name} takes ${bytes} bytes of stack in one step; at most ${FRAME_MAX} are guarded`);
  }
}

/** The need of the kernel's calls. Recursion or a call through a pointer in the kernel is a UserError. */
export function kernelNeed(graph: StackGraph): StackNeed {
  const need = stackNeed(graph, /^w2c_kernel_sys_/, (path) => {
    if (!path.at(-1)!.startsWith("w2c_kernel_")) return;
    throw new UserError(`the kernel's need of stack has no limit: ${path.join(" > ")}`);
  });
  if (!need.path.length) throw new UserError("the image has no functions w2c_kernel_sys_...");
  return need;
}

/** The need of the functions whose name matches; calls `unlimited` for recursion and calls through pointers. */
export function stackNeed(graph: StackGraph, roots: RegExp, unlimited: (path: string[]) => void): StackNeed {
  const known = new Map<string, StackNeed>();
  const none: StackNeed = { bytes: 0, path: [], open: false };
  const deeper = (most: StackNeed, need: StackNeed) => ({
    ...(need.bytes > most.bytes ? need : most),
    open: most.open || need.open,
  });
  const below = (address: string, trail: Set<string>): StackNeed => {
    const found = known.get(address);
    if (found) return found;
    const { name, calls, indirect } = graph.functions.get(address)!;
    const circle = trail.has(address);
    if (circle || indirect) unlimited([...trail, address].map((place) => graph.functions.get(place)!.name));
    if (circle) return { ...none, open: true };
    trail.add(address);
    const callees = [...calls].filter((callee) => graph.functions.has(callee));
    const deepest = callees.map((callee) => below(callee, trail)).reduce(deeper, none);
    trail.delete(address);
    const bytes = deepest.bytes + (graph.frames.get(name) ?? 0);
    const need = { bytes, path: [name, ...deepest.path], open: deepest.open || indirect };
    known.set(address, need);
    return need;
  };
  const starts = [...graph.functions].filter(([, { name }]) => roots.test(name)).map(([address]) => address);
  return starts.map((address) => below(address, new Set())).reduce(deeper, none);
}

/** The functions that each function calls (or jumps to the start of). */
function callGraph(disassembly: string): Map<string, CalledFunction> {
  const graph = new Map<string, CalledFunction>();
  let here = "";
  for (const line of disassembly.split("\n")) {
    const start = FUNCTION.exec(line);
    if (start) {
      here = start[1]!;
      graph.set(here, { name: start[2]!, calls: new Set(), indirect: false });
      continue;
    }
    const node = graph.get(here);
    const target = TARGET.exec(line)?.[1];
    if (node && target && isCall(line, target, here)) node.calls.add(target);
    if (node && INDIRECT.test(line)) node.indirect = true;
  }
  return graph;
}

/**
 * A reference to another function's start, or a real call of the function itself; a jump to its own start is a loop.
 */
function isCall(line: string, target: string, here: string): boolean {
  return target !== here || /\s(jal|bl|callq?)\s/.test(line);
}

/** Bytes of each function's frame; of two static functions with the same name the bigger one counts. */
function frameSizes(usage: string[]): Map<string, number> {
  const frames = new Map<string, number>();
  for (const line of usage.flatMap((path) => readFileSync(path, "utf8").split("\n"))) {
    const match = /:([^:\t]+)\t(\d+)\t/.exec(line);
    if (match) frames.set(match[1]!, Math.max(frames.get(match[1]!) ?? 0, Number(match[2])));
  }
  return frames;
}
