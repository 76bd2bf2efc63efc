/*
 * Runs a system on the Node machine with this process's input and output: `node node-child.mjs SYSTEM.json`.
 */
import { run } from "../../../build/host/node/index.js";

const { stdin: input, stdout: output, stderr: error } = process;
const options = { terminal: false, input, output, error, commandLine: "uart.console=pipe" };
process.exit(await run(process.argv[2], options));
