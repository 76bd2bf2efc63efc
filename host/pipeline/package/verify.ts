/*
 * Verifies packages outside the running system: in `rumpk verify`, and in `rumpk run --on wasmtime` before it starts.
 * The verdicts are those of the sealing cell (assembly/abi/seal.ts).
 *
 * A signature counts if it names no key or the id of a trusted one, is valid for its hashes under that key, and has
 * exactly one hash for each part of the module, which matches. The package has the classes of all keys whose signatures
 * count.
 */
import * as abi from "../../abi.js";
import { isSignature, keyId } from "./keys.js";
import { Parts, hashesOf, partsOf, signaturesOf } from "./package.js";
import { SignedHashes, signedMessage } from "./signature.js";

/** A key whose signatures count, and its classes. */
export interface TrustedKey {
  key: Uint8Array;
  /** KEY_..., ORed. */
  classes: number;
}

export interface Verdict {
  /** SEAL_... */
  code: number;
  /** The error as text; empty if there is none. */
  words: string;
  /** The trusted keys that signed. */
  signers: TrustedKey[];
  /** Classes of those keys together. */
  classes: number;
}

/** Judges the bytes of a package. */
export function verifyPackage(bytes: Uint8Array, trusted: TrustedKey[]): Verdict {
  let sets: SignedHashes[] | undefined;
  let hashes: Uint8Array[];
  let parts: Parts;
  try {
    hashes = hashesOf(bytes);
    sets = signaturesOf(bytes);
    if (sets === undefined) return refused(abi.SEAL_UNSIGNED, "it is not signed");
    parts = partsOf(bytes);
  } catch (error) {
    return refused(abi.SEAL_TRUNCATED, `it is cut short or malformed: ${(error as Error).message}`);
  }
  const found = sets.map((set) => signersOf(set, trusted));
  const valid = sets.filter((_, index) => found[index]!.length > 0);
  if (!valid.length) return unsignedByTrusted(sets, trusted);
  const whole = sets.findIndex((set, index) => found[index]!.length > 0 && covers(set, hashes));
  if (whole < 0) return refused(abi.SEAL_CHANGED, "its bytes are not those that were signed");
  return judged(parts, found[whole]!);
}

/** The trusted keys that signed a set. */
function signersOf({ hashes, signatures }: SignedHashes, trusted: TrustedKey[]): TrustedKey[] {
  const message = signedMessage(hashes);
  return trusted.filter(({ key }) =>
    signatures.some((one) => names(one.keyId, key) && isSignature(key, message, one.signature)),
  );
}

/** Whether a key id in a signature can refer to this key. */
function names(id: Uint8Array, key: Uint8Array): boolean {
  return id.length === 0 || Buffer.compare(id, keyId(key)) === 0;
}

function covers(set: SignedHashes, hashes: Uint8Array[]): boolean {
  if (!hashes.length || set.hashes.length !== hashes.length) return false;
  return hashes.every((hash, index) => Buffer.compare(hash, set.hashes[index]!) === 0);
}

/** No trusted key has a valid signature: either one claims to be from such a key, or all are from others. */
function unsignedByTrusted(sets: SignedHashes[], trusted: TrustedKey[]): Verdict {
  const ids = sets.flatMap(({ signatures }) => signatures.map((one) => one.keyId));
  if (!ids.length) return refused(abi.SEAL_UNSIGNED, "it is not signed");
  const claimed = ids.some((id) => id.length > 0 && trusted.some(({ key }) => names(id, key)));
  if (claimed) return refused(abi.SEAL_WRONG, "the signature of the trusted key does not match");
  const known = ids.map((id) => Buffer.from(id).toString("hex") || "without an id");
  return refused(abi.SEAL_UNKNOWN_KEY, `it is signed by a key that is not trusted (${known.join(", ")})`);
}

/** The classes of the keys that signed. */
function judged({ record, natives }: Parts, signers: TrustedKey[]): Verdict {
  const classes = signers.reduce((sum, { classes: own }) => sum | own, 0);
  const flags = record ? Buffer.from(record).readUInt32LE(abi.ImageRecord.fields.flags.offset) : 0;
  const wanted: [boolean, number, string][] = [
    [true, abi.KEY_WASM, "WebAssembly"],
    [natives.size > 0, abi.KEY_NATIVE, "native code"],
    [(flags & abi.IMAGE_DMA) !== 0, abi.KEY_DMA, "packages that ask for DMA"],
  ];
  const missing = wanted.find(([asked, needed]) => asked && !(classes & needed));
  if (missing) return { ...refused(abi.SEAL_CLASS, `the key that signed it may not sign ${missing[2]}`), signers };
  return { code: abi.SEAL_GOOD, words: "", signers, classes };
}

function refused(code: number, words: string): Verdict {
  return { code, words, signers: [], classes: 0 };
}
