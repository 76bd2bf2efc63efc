/*
 * Which key signs, and which keys are trusted. By default both are the development key: made on the first build in the
 * user's configuration folder, outside any repository, readable only by its owner, and of all classes. A system that
 * names keys (`trust`) trusts only these, so its builds need --key or `key`.
 */
import { existsSync, linkSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";

import * as abi from "../../abi.js";
import { UserError, messageOf } from "../errors.js";
import { System, TrustedFile } from "../manifest/system.js";
import { shown } from "../paths.js";
import { ALL_CLASSES, classNames } from "./classes.js";
import { KeyPair, keyPairBytes, newKeyPair, readKeyPair, readPublicKey, shownKey } from "./keys.js";
import { Signing } from "./seal-table.js";
import { TrustedKey } from "./verify.js";

/** The path of the development key. */
export function developmentKeyPath(): string {
  return join(process.env["XDG_CONFIG_HOME"] || join(homedir(), ".config"), "rumpk", "development.key");
}

/** The development key, made if it does not exist yet. */
export function developmentKey(): KeyPair {
  const path = developmentKeyPath();
  try {
    if (!existsSync(path)) makeKeyFile(path);
  } catch (error) {
    throw new UserError(`${shown(path)}: the development key cannot be made (${messageOf(error)}); say --key FILE`);
  }
  return readKeyPair(path);
}

/** Makes a key pair and writes it, unless another process has just made one. */
function makeKeyFile(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const partial = `${path}.${process.pid}`;
  writeFileSync(partial, keyPairBytes(newKeyPair()), { mode: 0o600 });
  try {
    linkSync(partial, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    rmSync(partial, { force: true });
  }
}

/** The keys that a system trusts: those that it names, else the development key. */
export function trustedKeys(trust: TrustedFile[]): TrustedKey[] {
  if (!trust.length) return [{ key: developmentKey().public, classes: ALL_CLASSES }];
  return trust.map(({ path, classes }) => ({ key: readPublicKey(path), classes }));
}

/**
 * How a system is signed: by the key pair in `keyPath`, else the one that its description names, else the development
 * key. In a system that trusts no key by name, the signing key is trusted.
 */
export function signingOf(system: System, keyPath: string | undefined): Signing {
  const path = keyPath ?? system.key;
  const signer = path ? readKeyPair(path) : developmentKey();
  if (!system.trust.length) return { signer, trusted: [{ key: signer.public, classes: ALL_CLASSES }] };
  const trusted = trustedKeys(system.trust);
  if (trusted.some(({ key }) => Buffer.compare(key, signer.public) === 0)) return { signer, trusted };
  throw new UserError(
    `system ${system.name} does not trust the key that signs (${shownKey(signer.public)}, ` +
      `${shown(path ?? developmentKeyPath())}); name one of its keys with --key FILE`,
  );
}

/** Checks that the signing key may sign what the system contains: WebAssembly, or native code, and DMA. */
export function checkClasses(system: System, { signer, trusted }: Signing, native: boolean): void {
  const { classes } = trusted.find(({ key }) => Buffer.compare(key, signer.public) === 0)!;
  const dma = system.cells.find(({ flags }) => flags & abi.IMAGE_DMA);
  const wanted: [boolean, number, string][] = [
    [true, abi.KEY_WASM, "packages"],
    [native, abi.KEY_NATIVE, "native code, as this machine needs it"],
    [dma !== undefined, abi.KEY_DMA, `packages that ask for DMA, as ${dma?.name} does`],
  ];
  const missing = wanted.find(([asked, needed]) => asked && !(classes & needed));
  if (!missing) return;
  throw new UserError(
    `the key ${shownKey(signer.public)} may not sign ${missing[2]}; system ${system.name} trusts it for ` +
      `"${classNames(classes)}" only`,
  );
}
