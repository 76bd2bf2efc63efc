/*
 * The `rumpk` command: finds the verb, reads its flags, and turns errors into one line on standard error. Exit status:
 * that of the verb; 2 for anything that the user can fix; 1 if QEMU died, if output cannot be written, and for our
 * bugs, with a stack trace; 141 when nothing reads the output any more.
 */
import { writeSync } from "node:fs";

import { UserError, messageOf } from "../pipeline/errors.js";
import { progressEnd } from "../pipeline/jobs.js";
import { MachineError } from "../node/errors.js";
import { abi } from "./abi.js";
import { bench } from "./bench.js";
import { build } from "./build.js";
import { doctor } from "./doctor.js";
import { inspect } from "./inspect.js";
import { keygen } from "./keygen.js";
import { newCell } from "./new.js";
import { notice } from "./notice.js";
import { run } from "./run.js";
import { sign } from "./sign.js";
import { size } from "./size.js";
import { Verb, helpOf, readOptions } from "./verb.js";
import { verifyChain } from "./verify-chain.js";
import { verify } from "./verify.js";
import { wasmtime } from "./wasmtime.js";

/** The status that a shell reports for SIGPIPE. */
const STATUS_OUTPUT_CLOSED = 141;

const VERBS: Record<string, Verb> = {
  run,
  build,
  new: newCell,
  keygen,
  sign,
  verify,
  inspect,
  doctor,
  size,
  bench,
  abi,
  notice,
  wasmtime,
  "verify-chain": verifyChain,
};

/** Runs the command; ends the process with its status. */
export async function main(args: string[]): Promise<void> {
  for (const output of [process.stdout, process.stderr]) output.on("error", outputFailed);
  try {
    process.exitCode = await dispatch(args);
  } catch (error) {
    progressEnd();
    if (error instanceof UserError || error instanceof MachineError) {
      process.stderr.write(`rumpk: ${messageOf(error)}\n`);
      process.exitCode = error instanceof UserError ? error.status : 2;
    } else {
      process.stderr.write(`rumpk: a bug: ${error instanceof Error ? error.stack : String(error)}\n`);
      process.exitCode = 1;
    }
  }
}

/** Standard output or error is closed: nobody would see further output, so the command ends. */
function outputFailed(error: NodeJS.ErrnoException): void {
  // A socket instead of a pipe reports ECONNRESET if unread data was left in it.
  if (error.code === "EPIPE" || error.code === "ECONNRESET") process.exit(STATUS_OUTPUT_CLOSED);
  try {
    writeSync(2, `rumpk: output: ${error.message}\n`);
  } catch {
    // No one can read a message; the status must do.
  }
  process.exit(1);
}

async function dispatch([name, ...args]: string[]): Promise<number> {
  if (name === undefined || name === "--help" || name === "-h" || name === "help") {
    process.stdout.write(help());
    return name === undefined ? 2 : 0;
  }
  const verb = Object.hasOwn(VERBS, name) ? VERBS[name] : undefined;
  if (!verb) throw new UserError(`unknown verb "${name}"; known: ${Object.keys(VERBS).join(", ")}`);
  if (args.includes("--help") || args.includes("-h")) {
    process.stdout.write(helpOf(name, verb));
    return 0;
  }
  return verb.run(readOptions(name, verb, args));
}

function help(): string {
  const width = Math.max(...Object.keys(VERBS).map((name) => name.length));
  const lines = Object.entries(VERBS).map(([name, verb]) => `  ${name.padEnd(width)}  ${verb.summary}`);
  return `usage: rumpk VERB [flags]\n\n${lines.join("\n")}\n\n"rumpk VERB --help" says more.\n`;
}
