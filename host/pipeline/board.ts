/*
 * The simulated board (assembly/board) as a module: build/board/index.wasm with the windows of cells, for Node, and
 * build/board/board.wasm without, for the process of Linux. It imports the rim, module "host", and nothing else.
 */
import { compileAsc } from "./asc.js";
import { inBuild } from "./paths.js";

/** Builds the board from an entry file of assembly/board; answers the module's path. */
export function buildBoard(entry: "index" | "board"): Promise<string> {
  return compileAsc({
    label: "asc board",
    out: inBuild("board"),
    name: entry,
    target: "board",
    args: [`assembly/board/${entry}.ts`],
    texts: {},
    folders: [],
  });
}
