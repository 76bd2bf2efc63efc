/*
 * Processes of the AssemblyScript compiler (asc-main.ts). There are as many as compile at once; free ones are reused
 * until the build ends them.
 */
import { ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";

import { ROOT } from "./paths.js";
import { Finished, logCommand } from "./process.js";

export interface AscRequest {
  args: string[];
  /** Generated files: path in the compiler's tree, text. */
  texts: Record<string, string>;
  /** Folders of the compiler's tree that are elsewhere: prefix, real directory. */
  folders: [prefix: string, directory: string][];
  /** The directory of everything else in the tree. */
  root: string;
  /** The directory for outputs. */
  out: string;
  /** The file for the list of files that were read. */
  dependencies: string;
}

/** The compiler's output, and its status, 1 for an error. */
export type AscAnswer = Finished;

const COMPILER = fileURLToPath(new URL("./asc-main.js", import.meta.url));
const free: ChildProcess[] = [];

/**
 * Compiles, in the repository's folder, where the packages that asconfig.json names can be found. If the compiler
 * crashes, its status is the result.
 */
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

/** Ends the free ones, which are all once a build is finished. */
export function endCompilers(): void {
  for (const compiler of free.splice(0)) compiler.disconnect();
}

/** Sets whether this process waits for the compiler's end. */
function keepAlive(compiler: ChildProcess, wanted: boolean): void {
  const way = wanted ? "ref" : "unref";
  compiler[way]();
  compiler.channel?.[way]();
  (compiler.stderr as unknown as { ref(): void; unref(): void })[way]();
}
