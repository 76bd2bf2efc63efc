/*
 * Processes of the AssemblyScript compiler (asc-main.ts). There are as many as compile at once; one that is free is used
 * again, until the build ends them.
 */
import { ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";

import { ROOT } from "./paths.js";
import { Finished, logCommand } from "./process.js";

export interface AscRequest {
  args: string[];
  /** Generated files: path in the compiler's tree, text. */
  texts: Record<string, string>;
  /** Folders of the compiler's tree that lie elsewhere: prefix, real directory. */
  folders: [prefix: string, directory: string][];
  /** Where everything else of the tree lies. */
  root: string;
  /** Where outputs are written. */
  out: string;
  /** Where the list of files that were read is written. */
  dependencies: string;
}

/** What the compiler said, and 1 for its status when it refused. */
export type AscAnswer = Finished;

const COMPILER = fileURLToPath(new URL("./asc-main.js", import.meta.url));
const free: ChildProcess[] = [];

/** Compiles, in the repository's folder, where the packages that asconfig.json names are found. A compiler that crashes answers with its status. */
export async function runCompiler(request: AscRequest): Promise<AscAnswer> {
  const compiler = free.pop() ?? fork(COMPILER, { cwd: ROOT, stdio: ["ignore", "ignore", "pipe", "ipc"] });
  keepAlive(compiler, true);
  const answer = await ask(compiler, request);
  logCommand([process.execPath, COMPILER, JSON.stringify(request)], answer);
  if (!compiler.connected) return answer;
  keepAlive(compiler, false);
  free.push(compiler);
  return answer;
}

function ask(compiler: ChildProcess, request: AscRequest): Promise<AscAnswer> {
  return new Promise((resolve, reject) => {
    let crash = "";
    const hear = (bytes: Buffer): void => void (crash += bytes);
    const answered = (answer: AscAnswer): void => done(() => resolve(answer));
    const ended = (status: number | null): void =>
      done(() => resolve({ status: status || 1, stdout: "", stderr: crash }));
    const failed = (error: Error): void => done(() => reject(error));
    const done = (settle: () => void): void => {
      compiler.off("message", answered).off("close", ended).off("error", failed);
      compiler.stderr!.off("data", hear);
      settle();
    };
    compiler.once("message", answered).once("close", ended).once("error", failed);
    compiler.stderr!.on("data", hear);
    compiler.send(request);
  });
}

/** Ends those that are free, which are all once a build is through. */
export function endCompilers(): void {
  for (const compiler of free.splice(0)) compiler.disconnect();
}

/** Whether this process waits for the compiler's end. */
function keepAlive(compiler: ChildProcess, wanted: boolean): void {
  const way = wanted ? "ref" : "unref";
  compiler[way]();
  compiler.channel?.[way]();
  (compiler.stderr as unknown as { ref(): void; unref(): void })[way]();
}
