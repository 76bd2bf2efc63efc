/*
 * A program that computes hashes in C: `digest WORD` prints the SHA-256 of the word, `digest script` divides by zero in
 * AssemblyScript, `digest c` reads past the end of memory in C.
 */
import { console } from "rumpk";


@external("libsodium", "crypto_hash_sha256")
declare function sha256(out: usize, bytes: usize, length: u64): i32;

const BEYOND: usize = 0xfffff000;

export function main(args: string[]): i32 {
  const out = new Uint8Array(32);
  if (args[0] == "script") return out.length / (args.length - 1);
  const bytes = String.UTF8.encode(args[0]);
  const from = args[0] == "c" ? BEYOND : changetype<usize>(bytes);
  sha256(out.dataStart, from, bytes.byteLength);
  let text = "";
  for (let i = 0; i < out.length; i++) text += out[i].toString(16).padStart(2, "0");
  console.log(text);
  return 0;
}
