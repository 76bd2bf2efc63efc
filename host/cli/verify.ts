/*
 * `rumpk verify FILE...`: checks that packages are what a trusted key signed; stops with status 1 at the first that is
 * not.
 */
import { UserError } from "../pipeline/errors.js";
import { readTrust } from "../pipeline/manifest/system.js";
import * as abi from "../abi.js";
import { ALL_CLASSES, classNames } from "../pipeline/package/classes.js";
import { readPublicKey, shownKey } from "../pipeline/package/keys.js";
import { trustedKeys } from "../pipeline/package/trust.js";
import { TrustedKey, verifyPackage } from "../pipeline/package/verify.js";
import { shown } from "../pipeline/paths.js";
import { readPackageFile } from "./package-file.js";
import { Options, Verb, lastOf } from "./verb.js";

const FILES_MAX = 1024;

export const verify: Verb = {
  summary: "say who signed packages, and fail when it is no trusted key",
  arguments: "FILE...",
  most: FILES_MAX,
  flags: {
    key: { value: "FILE", repeats: true, help: "trust this key, for everything, in place of the system's" },
    system: { value: "NAME|FILE", help: "whose trusted keys count (default shell)" },
  },
  notes: "Exit status: 0 all are good, 1 one is refused, 2 another error.",
  async run(options) {
    if (!options.words.length) throw new UserError('verify: a file is missing; see "rumpk verify --help"');
    const trusted = keysOf(options);
    for (const file of options.words) {
      const { code, words, signers, classes } = verifyPackage(readPackageFile(file), trusted);
      if (code !== abi.SEAL_GOOD) throw new Refused(`${shown(file)}: ${words}`);
      const names = signers.map(({ key }) => shownKey(key)).join(", ");
      process.stdout.write(`${shown(file)}: signed by ${names} (${classNames(classes)})\n`);
    }
    return 0;
  },
};

function keysOf(options: Options): TrustedKey[] {
  const files = options.flags["key"];
  if (files) return files.map((file) => ({ key: readPublicKey(file), classes: ALL_CLASSES }));
  return trustedKeys(readTrust(lastOf(options, "system") ?? "shell"));
}

/** A package is not what a trusted key signed. */
class Refused extends UserError {
  override status = 1;
}
