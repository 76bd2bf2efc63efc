/*
 * `rumpk sign FILE`: signs a package, or any WebAssembly module. Signatures of other keys over the same bytes stay.
 */
import { writeFileSync } from "node:fs";

import { UserError } from "../pipeline/errors.js";
import { readKeyPair, shownKey } from "../pipeline/package/keys.js";
import { signModule } from "../pipeline/package/package.js";
import { developmentKey } from "../pipeline/package/trust.js";
import { shown } from "../pipeline/paths.js";
import { ofModule, readPackageFile } from "./package-file.js";
import { Verb, lastOf } from "./verb.js";

export const sign: Verb = {
  summary: "sign a package or any WebAssembly module",
  arguments: "FILE",
  most: 1,
  flags: {
    key: { value: "FILE", help: "the key pair that signs (default: the development key)" },
    output: { value: "FILE", short: "o", help: "where the signed module goes (default: in place)" },
  },
  async run(options) {
    const [file] = options.words;
    if (!file) throw new UserError('sign: a file is missing; see "rumpk sign --help"');
    const key = lastOf(options, "key");
    const pair = key ? readKeyPair(key) : developmentKey();
    const bytes = readPackageFile(file);
    const signed = ofModule(file, () => signModule(bytes, pair));
    const output = lastOf(options, "output") ?? file;
    try {
      writeFileSync(output, signed);
    } catch (error) {
      throw new UserError(`${shown(output)}: it cannot be written (${(error as NodeJS.ErrnoException).code})`);
    }
    process.stdout.write(`${shown(output)}: signed by ${shownKey(pair.public)}\n`);
    return 0;
  },
};
