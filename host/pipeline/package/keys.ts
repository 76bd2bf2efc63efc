/*
 * Ed25519 keys (RFC 8032) and their files, in the serialisation of the WebAssembly tool-conventions (Signatures.md):
 *
 *   public key   0x01 | public key, 32 bytes
 *   key pair     0x81 | secret key, 32 bytes | public key, 32 bytes
 *
 * A key is identified by its id: the first 12 bytes of HMAC-SHA-256 over "key_id" under the public key, as in
 * wasmsign2. The cryptography is Node's (OpenSSL).
 */
import {
  KeyObject,
  createHmac,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign as signRaw,
  verify as verifyRaw,
} from "node:crypto";
import { readFileSync } from "node:fs";

import { KEY_SIZE, SIGNATURE_SIZE } from "../../abi.js";
import { UserError } from "../errors.js";
import { shown } from "../paths.js";

const PUBLIC_KEY = 0x01;
const KEY_PAIR = 0x81;
const ID_SIZE = 12;

export interface KeyPair {
  secret: Uint8Array;
  public: Uint8Array;
}

/** A new key pair from the system's randomness. */
export function newKeyPair(): KeyPair {
  const { d, x } = generateKeyPairSync("ed25519").privateKey.export({ format: "jwk" });
  return { secret: fromBase64(d!), public: fromBase64(x!) };
}

/** The file contents of a key pair. */
export function keyPairBytes(pair: KeyPair): Uint8Array {
  return Uint8Array.from([KEY_PAIR, ...pair.secret, ...pair.public]);
}

/** The file contents of a public key. */
export function publicKeyBytes(key: Uint8Array): Uint8Array {
  return Uint8Array.from([PUBLIC_KEY, ...key]);
}

/** Reads a key pair. A missing or malformed file is a UserError. */
export function readKeyPair(path: string): KeyPair {
  const bytes = readKeyFile(path);
  if (bytes[0] === PUBLIC_KEY && bytes.length === 1 + KEY_SIZE)
    throw new UserError(`${shown(path)}: holds a public key; to sign, name the key pair that belongs to it`);
  if (bytes[0] !== KEY_PAIR || bytes.length !== 1 + 2 * KEY_SIZE)
    throw new UserError(`${shown(path)}: holds no Ed25519 key pair (65 bytes, the first 0x81)`);
  const pair = { secret: bytes.subarray(1, 1 + KEY_SIZE), public: bytes.subarray(1 + KEY_SIZE) };
  const { x } = createPublicKey(secretKey(pair)).export({ format: "jwk" });
  if (Buffer.compare(fromBase64(x!), pair.public) !== 0)
    throw new UserError(`${shown(path)}: its two halves do not belong together`);
  return pair;
}

/** Reads a public key, from its own file or from a key pair's. */
export function readPublicKey(path: string): Uint8Array {
  const bytes = readKeyFile(path);
  if (bytes[0] === PUBLIC_KEY && bytes.length === 1 + KEY_SIZE) return bytes.subarray(1);
  if (bytes[0] === KEY_PAIR && bytes.length === 1 + 2 * KEY_SIZE) return bytes.subarray(1 + KEY_SIZE);
  throw new UserError(`${shown(path)}: holds no Ed25519 public key (33 bytes, the first 0x01)`);
}

function readKeyFile(path: string): Uint8Array {
  try {
    return new Uint8Array(readFileSync(path));
  } catch (error) {
    throw new UserError(`${shown(path)}: no key can be read (${(error as NodeJS.ErrnoException).code})`);
  }
}

/** The id of a public key. */
export function keyId(key: Uint8Array): Uint8Array {
  return new Uint8Array(createHmac("sha256", key).update("key_id").digest().subarray(0, ID_SIZE));
}

/** The id as readable text. */
export function shownKey(key: Uint8Array): string {
  return Buffer.from(keyId(key)).toString("hex");
}

/** The signature of a message, 64 bytes. */
export function sign(pair: KeyPair, message: Uint8Array): Uint8Array {
  return new Uint8Array(signRaw(null, message, secretKey(pair)));
}

/** Whether a signature is valid for a message; false for malformed keys and signatures. */
export function isSignature(key: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (signature.length !== SIGNATURE_SIZE) return false;
  try {
    const jwk = { kty: "OKP", crv: "Ed25519", x: base64(key) };
    return verifyRaw(null, message, createPublicKey({ key: jwk, format: "jwk" }), signature);
  } catch {
    return false;
  }
}

function secretKey(pair: KeyPair): KeyObject {
  const jwk = { kty: "OKP", crv: "Ed25519", d: base64(pair.secret), x: base64(pair.public) };
  return createPrivateKey({ key: jwk, format: "jwk" });
}

function fromBase64(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, "base64url"));
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64url");
}
