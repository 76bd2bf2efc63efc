/*
 * `rumpk new DIR`: a cell to start from. It imports the SDK as "rumpk"; the tsconfig.json is for editors only.
 */
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { basename, join, relative, resolve } from "node:path";

import { UserError } from "../pipeline/errors.js";
import { inRoot, shown } from "../pipeline/paths.js";
import { Verb } from "./verb.js";

export const newCell: Verb = {
  summary: "write a new cell to start from: cell.kdl, main.ts, tsconfig.json",
  arguments: "DIR",
  most: 1,
  flags: {},
  notes: 'Try it with "rumpk run --with DIR" and then "run NAME" at the prompt.',
  async run({ words }) {
    if (!words[0]) throw new UserError('new: a directory is missing; see "rumpk new --help"');
    const directory = resolve(words[0]);
    const name = basename(directory);
    if (!/^[a-z][a-z0-9-]{0,30}$/.test(name)) {
      throw new UserError(
        `new: "${name}" is no name for a cell; 1 to 31 letters a-z, digits and dashes, a letter first`,
      );
    }
    if (existsSync(directory) && readdirSync(directory).length)
      throw new UserError(`new: ${shown(directory)} is not empty`);
    mkdirSync(directory, { recursive: true });
    for (const [file, text] of Object.entries(files(directory, name))) {
      writeFileSync(join(directory, file), text);
      process.stdout.write(`${shown(join(directory, file))}\n`);
    }
    return 0;
  },
};

function files(directory: string, name: string): Record<string, string> {
  const to = (...parts: string[]) => relative(directory, inRoot(...parts));
  const tsconfig = { extends: to("tsconfig.json"), include: ["./*.ts"] };
  return {
    "cell.kdl": [
      `// What the cell is and what it may use; docs/manifest.md says it all.`,
      `cell "${name}" {`,
      `  kind "npk"`,
      `  memory max=16`,
      `  promises "stdio"`,
      `  channel 0x1001`,
      `  channel 0x1002`,
      `}`,
      ``,
    ].join("\n"),
    "main.ts": [
      `import { console } from "rumpk";`,
      ``,
      `/** The cell's arguments; the result is its exit status. */`,
      `export function main(args: string[]): i32 {`,
      `  console.log(\`Hello from ${name}, with \${args.length} arguments.\`);`,
      `  return 0;`,
      `}`,
      ``,
    ].join("\n"),
    "tsconfig.json": JSON.stringify(tsconfig, undefined, 2) + "\n",
  };
}
