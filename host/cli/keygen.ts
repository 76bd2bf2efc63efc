/*
 * `rumpk keygen FILE`: a new key pair in FILE, readable only by its owner, and its public key in FILE.pub. It
 * overwrites nothing.
 */
import { writeFileSync } from "node:fs";

import { UserError } from "../pipeline/errors.js";
import { keyPairBytes, newKeyPair, publicKeyBytes, shownKey } from "../pipeline/package/keys.js";
import { shown } from "../pipeline/paths.js";
import { Verb } from "./verb.js";

export const keygen: Verb = {
  summary: "make a key pair for signing packages",
  arguments: "FILE",
  most: 1,
  flags: {},
  notes: "The key pair goes to FILE, the public key to FILE.pub; docs/packages.md says how a system trusts it.",
  async run({ words: [file] }) {
    if (!file) throw new UserError('keygen: a file is missing; see "rumpk keygen --help"');
    const pair = newKeyPair();
    write(file, keyPairBytes(pair), 0o600);
    write(`${file}.pub`, publicKeyBytes(pair.public), 0o644);
    process.stdout.write(
      `${shown(file)}: key pair ${shownKey(pair.public)}\n${shown(`${file}.pub`)}: its public key\n`,
    );
    return 0;
  },
};

function write(path: string, bytes: Uint8Array, mode: number): void {
  try {
    writeFileSync(path, bytes, { mode, flag: "wx" });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UserError(`${shown(path)}: ${code === "EEXIST" ? "exists already; name another file" : code}`);
  }
}
