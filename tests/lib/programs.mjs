/*
 * Which programs a command under test finds: folders for PATH with a few of this computer's programs, and with fakes.
 */
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { scratchFolder } from "./paths.mjs";

/** A PATH with only these programs. */
export function pathWith(t, ...programs) {
  const folder = join(scratchFolder(t), "bin");
  mkdirSync(folder);
  for (const program of programs) {
    const found = process.env.PATH.split(":")
      .map((each) => join(each, program))
      .find(existsSync);
    if (found) symlinkSync(found, join(folder, program));
  }
  return folder;
}

/** A folder that holds one program, a shell script. */
export function pretend(t, program, script) {
  const folder = scratchFolder(t);
  writeFileSync(join(folder, program), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return folder;
}
