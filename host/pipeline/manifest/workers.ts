/*
 * The commands that a cell runs as separate cells, from its manifest: `worker "cat" "stdio" "rpath" cell="tools"`. They
 * do not fit into the ImageRecord: the build writes them as a module that the cell imports as "rumpk/manifest". A
 * worker's promises are a subset of the cell's own, because spawn gives a child nothing else.
 */
import { Node } from "@bgotink/kdl";

import * as abi from "../../abi.js";
import { Shape, Source, errorAt } from "./kdl.js";
import { flagsOf } from "./values.js";

export interface Worker {
  /** The command. */
  name: string;
  /** The cell that runs it. It gets the command's name as its first argument if the manifest names the cell. */
  cell: string;
  /** The manifest names the cell: it knows several commands. */
  shared: boolean;
  /** PROMISE_... */
  promises: number;
}

/** The shape of a `worker` node. */
export const WORKER_SHAPE: Shape = {
  arguments: ["string"],
  rest: "string",
  properties: { cell: "string" },
  repeats: true,
};

const NAME = /^[a-z][a-z0-9-]{0,30}$/;

/** Reads the `worker` nodes of a cell that promises `own`; `words` are the names of promises. */
export function workersOf(source: Source, cell: Node, own: number, words: Record<string, number>): Worker[] {
  const seen = new Set<string>();
  return (cell.children?.findNodesByName("worker") ?? []).map((node) => {
    const name = String(node.getArgument(0));
    const shared = node.getProperty("cell") !== undefined;
    const worker = {
      name,
      cell: shared ? String(node.getProperty("cell")) : name,
      shared,
      promises: flagsOf(source, node, words, 1),
    };
    if (!NAME.test(name) || !NAME.test(worker.cell)) {
      throw errorAt(source, node, "a command's name, and a cell's, has letters a-z, digits and dashes, a letter first");
    }
    if (seen.has(name)) throw errorAt(source, node, `the worker "${name}" stands here twice`);
    seen.add(name);
    checkPromises(source, node, worker.promises, own, words);
    return worker;
  });
}

function checkPromises(source: Source, node: Node, promises: number, own: number, words: Record<string, number>): void {
  if (!(own & abi.PROMISE_EXEC)) throw errorAt(source, node, 'a cell with workers needs the promise "exec"');
  const missing = Object.entries(words).find(([, bit]) => promises & bit & ~own);
  if (missing) throw errorAt(source, node, `the cell itself does not promise "${missing[0]}", so it cannot give it on`);
}

/** The module "rumpk/manifest" of a cell. */
export function workersModule(workers: Worker[]): string {
  const list = (type: string, name: string, what: string, values: string[]) =>
    `/** ${what} */\nexport const ${name}: StaticArray<${type}> = [${values.join(", ")}];\n`;
  return [
    "/* Made by the build from the workers of the cell's manifest: the n-th entry of each list is about the n-th. */\n",
    list(
      "string",
      "WORKER_NAMES",
      "The commands.",
      workers.map(({ name }) => JSON.stringify(name)),
    ),
    list(
      "string",
      "WORKER_CELLS",
      "The cells that run them.",
      workers.map(({ cell }) => JSON.stringify(cell)),
    ),
    list(
      "bool",
      "WORKER_SHARED",
      "Whether the cell is told the command's name.",
      workers.map(({ shared }) => `${shared}`),
    ),
    list(
      "u64",
      "WORKER_PROMISES",
      "What they promise.",
      workers.map(({ promises }) => `${promises}`),
    ),
  ].join("");
}
