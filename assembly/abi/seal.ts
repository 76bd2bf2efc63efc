/*
 * Sealed packages: how the running system knows that a package is what a trusted key signed.
 *
 * The machine carries for every image of the system its package (hal.package_read), and for the whole system one table:
 *
 *     0  SealTable: magic, counts, index of the signing key, Ed25519 signature over all that follows byte 80
 *    80  keys x SealKey: the trusted keys
 *        entries x SealEntry: SHA-256 of every package, in the order of the image table
 *
 * The hash of an entry is taken over the ImageRecord (IMAGE_SIZE bytes) and then the package's bytes as this machine
 * carries them: the .npk file where WebAssembly runs, the cell's native code and constants where it was translated.
 */

import { NAME_SIZE } from "./sizes";

/** "NPKS". */
export const SEAL_MAGIC: u32 = 0x534b504e;
/** Version of this layout. */
export const SEAL_VERSION: u16 = 1;
/** Offset of the first byte that the table's signature covers. */
export const SEAL_SIGNED: u32 = 80;
/** package_read, META_SEAL_WORK: the table itself in place of an image. */
export const SEAL_TABLE_IMAGE: u32 = 0xffffffff;
/** Most trusted keys. */
export const SEAL_KEYS_MAX: u32 = 16;
/** Bytes of a hash: SHA-256. */
export const HASH_SIZE: u32 = 32;
/** Bytes of a public key: Ed25519. */
export const KEY_SIZE: u32 = 32;
/** Bytes of a signature: Ed25519. */
export const SIGNATURE_SIZE: u32 = 64;

/** Key class: signs WebAssembly. */
export const KEY_WASM: u32 = 1;
/** Key class: signs native code. */
export const KEY_NATIVE: u32 = 2;
/** Key class: signs packages that ask for DMA. */
export const KEY_DMA: u32 = 4;

/** The package a machine carries is native code and constants, to be compared with its entry alone. */
export const SEAL_FORM_NATIVE: u32 = 0;
/** The package is an .npk file, whose own signature counts too. */
export const SEAL_FORM_PACKAGE: u32 = 1;

/** Verdict: signed by a trusted key, every hash matches. */
export const SEAL_GOOD: u32 = 0;
/** Verdict: no signature. */
export const SEAL_UNSIGNED: u32 = 1;
/** Verdict: the signature does not match. */
export const SEAL_WRONG: u32 = 2;
/** Verdict: cut short or malformed. */
export const SEAL_TRUNCATED: u32 = 3;
/** Verdict: signed by a key that is not trusted. */
export const SEAL_UNKNOWN_KEY: u32 = 4;
/** Verdict: the bytes do not match the hash that was signed. */
export const SEAL_CHANGED: u32 = 5;
/** Verdict: the key may not sign native code or DMA. */
export const SEAL_CLASS: u32 = 6;
/** Verdict: the system's own table is missing or bad, so nothing can be trusted. */
export const SEAL_NO_TABLE: u32 = 7;
/** Verdict: the cell that seals has gone, or ended twice over this package. */
export const SEAL_NO_CELL: u32 = 8;


@unmanaged
export class SealTable {
  /** SEAL_MAGIC. */
  magic: u32;
  /** SEAL_VERSION. */
  version: u16;
  /** Trusted keys. */
  keys: u16;
  /** Entries. */
  entries: u32;
  /** Index of the key that signed. */
  signer: u32;
  /** Ed25519 over SHA-256 of the rest. */
  @bytes(SIGNATURE_SIZE)
  signature: bytes;
}


@unmanaged
export class SealKey {
  /** KEY_..., ORed. */
  classes: u32;
  /** 0. */
  reserved: u32;
  /** Ed25519 public key. */
  @bytes(KEY_SIZE)
  key: bytes;
}


@unmanaged
export class SealEntry {
  /** Name, UTF-8, padded with NUL. */
  @bytes(NAME_SIZE)
  name: bytes;
  /** SHA-256. */
  @bytes(HASH_SIZE)
  hash: bytes;
}

/**
 * What META_SEAL_WORK answers. The package's bytes (META_SEAL_READ) begin with its ImageRecord; the table's with its
 * head.
 */
@unmanaged
export class SealWork {
  /** Image index, or SEAL_TABLE_IMAGE. */
  image: u32;
  /** SEAL_FORM_... */
  form: u32;
}
