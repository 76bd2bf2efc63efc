/*
 * The cell under test: the C libraries, and the kernel's own SipHash compiled from the kernel's own file. It reads one
 * question per line and writes one answer per line; bytes are hexadecimal, "-" stands for none. The message "@N" is N
 * bytes, the i-th of which is (31 i + 7) mod 256, so that long messages need not be sent.
 *
 *   verify KEY SIGNATURE MESSAGE   good | bad
 *   sign SEED MESSAGE              public key and signature
 *   sha256 | sha512 | blake2b | blake3 MESSAGE
 *   sodium-siphash | kernel-siphash KEY MESSAGE
 */
import { console, stdin } from "rumpk";

import { siphash, siphashKey } from "../../assembly/rumpk/base/siphash";
import * as c from "./libraries";

const HEX = "0123456789abcdef";
/** The streaming hashes get a message in pieces of 1, 2, ... PIECES bytes, then 1 again. */
const PIECES: i32 = 150;
const NO_BYTES = new Uint8Array(0);

export function main(args: string[]): i32 {
  for (let line = stdin.readLine(); line !== null; line = stdin.readLine()) console.log(answer(line.split(" ")));
  return 0;
}

function answer(words: string[]): string {
  const question = words[0];
  const last = bytesOf(words[words.length - 1]);
  if (question == "verify") return verify(bytesOf(words[1]), bytesOf(words[2]), last);
  if (question == "sign") return sign(bytesOf(words[1]), last);
  if (question == "sha256") return sha256(last);
  if (question == "sha512") return sha512(last);
  if (question == "blake2b") return blake2b(last);
  if (question == "blake3") return blake3(last);
  if (question == "sodium-siphash") return sodiumSiphash(bytesOf(words[1]), last);
  if (question == "kernel-siphash") return kernelSiphash(bytesOf(words[1]), last);
  return "unknown question " + question;
}

/** A key or signature of a wrong length is rejected before it reaches C, which relies on the lengths. */
function verify(key: Uint8Array, signature: Uint8Array, message: Uint8Array): string {
  if (key.length != 32 || signature.length != 64) return "bad";
  const result = c.ed25519Verify(signature.dataStart, message.dataStart, message.length, key.dataStart);
  return result == 0 ? "good" : "bad";
}

function sign(seed: Uint8Array, message: Uint8Array): string {
  const key = new Uint8Array(32);
  const secret = new Uint8Array(64);
  const signature = new Uint8Array(64);
  c.ed25519Keys(key.dataStart, secret.dataStart, seed.dataStart);
  c.ed25519Sign(signature.dataStart, 0, message.dataStart, message.length, secret.dataStart);
  return hexOf(key) + " " + hexOf(signature);
}

function sha256(message: Uint8Array): string {
  const state = new Uint8Array(c.SHA256_STATE);
  const out = new Uint8Array(32);
  c.sha256Init(state.dataStart);
  for (let at = 0, size = 1; at < message.length; at += size, size = (size % PIECES) + 1) {
    c.sha256Update(state.dataStart, message.dataStart + at, min(size, message.length - at));
  }
  c.sha256Final(state.dataStart, out.dataStart);
  return hexOf(out);
}

function sha512(message: Uint8Array): string {
  const out = new Uint8Array(64);
  c.sha512(out.dataStart, message.dataStart, message.length);
  return hexOf(out);
}

function blake2b(message: Uint8Array): string {
  const out = new Uint8Array(64);
  c.blake2b(out.dataStart, out.length, message.dataStart, message.length, 0, 0);
  return hexOf(out);
}

function blake3(message: Uint8Array): string {
  const state = new Uint8Array(c.BLAKE3_STATE);
  const out = new Uint8Array(32);
  c.blake3Init(state.dataStart);
  for (let at = 0, size = 1; at < message.length; at += size, size = (size % PIECES) + 1) {
    c.blake3Update(state.dataStart, message.dataStart + at, min(size, message.length - at));
  }
  c.blake3Final(state.dataStart, out.dataStart, out.length);
  return hexOf(out);
}

function sodiumSiphash(key: Uint8Array, message: Uint8Array): string {
  const out = new Uint8Array(8);
  c.sodiumSiphash(out.dataStart, message.dataStart, message.length, key.dataStart);
  return hexOf(out);
}

function kernelSiphash(key: Uint8Array, message: Uint8Array): string {
  const out = new Uint8Array(8);
  siphashKey(load<u64>(key.dataStart), load<u64>(key.dataStart, 8));
  store<u64>(out.dataStart, siphash(message.dataStart, message.length));
  return hexOf(out);
}

function bytesOf(text: string): Uint8Array {
  if (text == "-") return NO_BYTES;
  if (text.startsWith("@")) return pattern(I32.parseInt(text.substring(1)));
  const bytes = new Uint8Array(text.length >> 1);
  for (let i = 0; i < bytes.length; i++) {
    bytes[i] = <u8>((digit(text.charCodeAt(2 * i)) << 4) | digit(text.charCodeAt(2 * i + 1)));
  }
  return bytes;
}

function digit(letter: i32): i32 {
  return letter > 0x39 ? letter - 0x57 : letter - 0x30;
}

function pattern(length: i32): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i++) bytes[i] = <u8>(31 * i + 7);
  return bytes;
}

function hexOf(bytes: Uint8Array): string {
  let text = "";
  for (let i = 0; i < bytes.length; i++) text += HEX.charAt(bytes[i] >> 4) + HEX.charAt(bytes[i] & 15);
  return text;
}
