/*
 * The C libraries that a cell can name in its manifest (`library "NAME"`), and how each is compiled: by clang for wasm32,
 * without a C library. Copies and fills of memory are WebAssembly's own instructions, include/ has the few headers that
 * the sources ask for, and a library function that would need an operating system is never linked.
 *
 *   build/library/NAME/<O2|Os>/FILE.o
 */
import { join } from "node:path";

import { all } from "../jobs.js";
import { compile } from "../metal/compile.js";
import { DebianSource, debianSource } from "../metal/debian-source.js";
import { inBuild, inRoot } from "../paths.js";
import { crateSource } from "./crate.js";

interface Library {
  /** The folder of the unpacked source. */
  fetch: () => Promise<string>;
  /** Folder in it that the rest is relative to. */
  folder: string;
  sources: string[];
  includes: string[];
  flags: string[];
  /** Files of host/build/library that belong to it. */
  own: string[];
  /** What cells may use of it. */
  functions: string[];
}

/** A hash is there in one call and in three. */
const hash = (name: string) => ["", "_init", "_update", "_final"].map((step) => name + step);

/** Ed25519, SHA-2, BLAKE2b and SipHash-2-4; ISC licence. */
export const LIBSODIUM: DebianSource = {
  name: "libsodium",
  version: "1.0.18-1+deb13u1",
  suite: "trixie",
  tarball: "libsodium_1.0.18.orig.tar.gz",
  sha256: "d59323c6b712a1519a5daf710b68f5e7fde57040845ffec53850911f10a5d4f4",
};

/** The crate that carries BLAKE3's C; crates/Cargo.lock pins it. */
export const BLAKE3 = { name: "blake3", version: "1.8.2", license: "CC0-1.0 OR Apache-2.0" };

const TABLE: Record<string, Library> = {
  libsodium: {
    fetch: () => debianSource(LIBSODIUM),
    folder: "src/libsodium",
    sources: [
      ...["open.c", "sign.c", "keypair.c"].map((file) => `crypto_sign/ed25519/ref10/${file}`),
      "crypto_core/ed25519/ref10/ed25519_ref10.c",
      "crypto_auth/hmacsha256/auth_hmacsha256.c",
      "crypto_hash/sha256/cp/hash_sha256_cp.c",
      "crypto_hash/sha512/cp/hash_sha512_cp.c",
      ...["blake2b-ref.c", "blake2b-compress-ref.c", "generichash_blake2b.c"].map(
        (file) => `crypto_generichash/blake2b/ref/${file}`,
      ),
      "crypto_shorthash/siphash24/ref/shorthash_siphash24_ref.c",
      "crypto_verify/sodium/verify.c",
      "sodium/utils.c",
    ],
    includes: ["include", "include/sodium", "include/sodium/private"],
    flags: ["-DSODIUM_STATIC=1", "-DCONFIGURED=1", "-DNATIVE_LITTLE_ENDIAN=1"],
    own: ["misuse.c"],
    functions: [
      ...["verify_detached", "detached", "seed_keypair"].map((name) => `crypto_sign_ed25519_${name}`),
      ...["crypto_hash_sha256", "crypto_hash_sha512", "crypto_auth_hmacsha256"].flatMap(hash),
      ...hash("crypto_generichash_blake2b"),
      ...["crypto_shorthash_siphash24", "sodium_memcmp", "sodium_memzero"],
    ],
  },
  blake3: {
    fetch: () => crateSource(BLAKE3),
    folder: "c",
    sources: ["blake3.c", "blake3_dispatch.c", "blake3_portable.c"],
    includes: [],
    flags: [],
    own: [],
    functions: ["init", "init_keyed", "update", "finalize"].map((name) => `blake3_hasher_${name}`),
  },
};

/** Names of all libraries. */
export const LIBRARY_NAMES = Object.keys(TABLE);

/** Whether cells may use this function of a library. */
export function hasFunction(library: string, name: string): boolean {
  return TABLE[library]!.functions.includes(name);
}

const FLAGS = [
  ...["--target=wasm32", "-mbulk-memory", "-std=c17", "-nostdlib", "-nostdlibinc"],
  ...["-ffunction-sections", "-fdata-sections", "-fno-ident", "-w"],
];

export type Level = "O2" | "Os";

/** What this process has begun, so that two cells with the same library do not make it at the same time. */
const begun = new Map<string, Promise<unknown>>();

function once<T>(key: string, make: () => Promise<T>): Promise<T> {
  if (!begun.has(key)) begun.set(key, make());
  return begun.get(key) as Promise<T>;
}

/** Fetches a library and compiles it; answers its objects. */
export function libraryObjects(name: string, level: Level): Promise<string[]> {
  return once(`${name} ${level}`, () => compileLibrary(name, level));
}

async function compileLibrary(name: string, level: Level): Promise<string[]> {
  const library = TABLE[name]!;
  const folder = join(await once(name, library.fetch), library.folder);
  const own = (path: string) => inRoot("host/build/library", path);
  const flags = [
    ...[...FLAGS, `-${level}`, ...library.flags, `-ffile-prefix-map=${folder}=${name}`, `-I${own("include")}`],
    ...library.includes.map((path) => `-I${join(folder, path)}`),
  ];
  const sources = [...library.sources.map((path) => join(folder, path)), ...library.own.map(own)];
  return all(
    sources.map((source) => {
      const object = source.slice(source.lastIndexOf("/") + 1).replace(/\.c$/, ".o");
      return compile(source, inBuild("library", name, level, object), flags);
    }),
  );
}
