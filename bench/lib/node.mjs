/*
 * The micro-suite on the Node machine: milliseconds in V8, the fastest of many passes, because V8 optimises as it goes
 * and the computer does other work. They cannot be compared with metal, which runs in an emulator.
 */
import { PassThrough } from "node:stream";
import { run } from "../../build/host/node/index.js";
import { buildBench } from "./build.mjs";
import { perOne, readMicro } from "./lines.mjs";

const PASSES = 20;
const NANOSECONDS = 1e6;

/** Milliseconds of one run by program name, without and with the garbage collector. */
export async function measureNode() {
  const input = new PassThrough();
  const output = new PassThrough();
  let text = "";
  output.on("data", (bytes) => (text += bytes));
  input.end();
  const commandLine = `uart.console=pipe micro.passes=${PASSES}`;
  const status = await run(await buildBench("node", "micro"), { terminal: false, input, output, commandLine });
  if (status !== 0) throw new Error(`the micro-suite on Node ended with status ${status}`);
  const { plain, collected } = readMicro(text);
  return { micro: milliseconds(plain), microCollected: milliseconds(collected) };
}

function milliseconds(lines) {
  return Object.fromEntries(Object.entries(perOne(lines)).map(([name, time]) => [name, time / NANOSECONDS]));
}
