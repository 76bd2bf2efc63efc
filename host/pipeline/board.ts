/*
 * The simulated board (assembly/board) as a module: build/board/index.wasm with the windows of cells, for Node, and
 * build/board/board.wasm without, for the Linux process. It imports only the rim, module "host".
 */
import { compileAsc } from "./asc.js";
import { inBuild } from "./paths.js";

/** Builds the board from an entry file of assembly/board; returns the module's path. */
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
