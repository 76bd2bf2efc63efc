/*
 * wasm2c many times in one process: the program in npm's wabt is JavaScript with an embedded module, which is compiled
 * once here and instantiated for each run.
 */
import { existsSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { root } from "../../lib/paths.mjs";

const program = join(root, "node_modules/wabt/bin/wasm2c");
const text = readFileSync(program, "utf8").replace(/^#!.*\n/, "");
const start = new Function("Module", "require", "__dirname", "process", text);
/** The program with these options for its loader. */
const quiet = (options) =>
  start(options, createRequire(program), dirname(program), Object.assign(Object.create(process), { argv: [] }));

/** The module inside the program: what it would instantiate. Nothing else may instantiate a module meanwhile. */
async function moduleInside() {
  const { instantiate } = WebAssembly;
  try {
    const bytes = await new Promise((resolve) => {
      WebAssembly.instantiate = (found) => (resolve(found), new Promise(() => {}));
      quiet({ arguments: [] });
    });
    return await WebAssembly.compile(bytes);
  } finally {
    WebAssembly.instantiate = instantiate;
  }
}

let compiled;

/** The C text and the header of a module; a string says why it has none. */
export async function wasm2c(name, wasm, folder) {
  const module = await (compiled ??= moduleInside());
  const c = join(folder, `${name}.c`);
  rmSync(c, { force: true });
  let said = "";
  quiet({
    arguments: ["--enable-threads", wasm, "-n", name, "-o", c],
    print: (line) => (said += `${line}\n`),
    printErr: (line) => (said += `${line}\n`),
    instantiateWasm: (imports, receive) => (receive(new WebAssembly.Instance(module, imports)), {}),
  });
  await new Promise((resolve) => setImmediate(resolve));
  if (!existsSync(c)) throw new Error(`wasm2c: ${said.trim()}`);
  return { text: readFileSync(c, "utf8"), header: readFileSync(c.replace(/c$/, "h"), "utf8") };
}
