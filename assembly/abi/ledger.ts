/*
 * The exported chain of the ledger (/Nexus/provchain/chain), little endian, nothing between the parts:
 *
 *     0  LedgerHead
 *   104  entries: an AuditEvent of 64 bytes and its link of 32 bytes each; after every LEDGER_BLOCK entries a
 *        LedgerSeal
 *    ..  Ed25519 signature, 64 bytes, over LedgerHead and the last link
 *
 * The link of an entry is the BLAKE3 hash of the link before it and the event (32 + 64 bytes). The link before the
 * first entry of a chain is the hash of its opening (LedgerOpening); where old blocks were dropped, the head has the
 * last link of the newest dropped one. The signature of a seal is over LEDGER_SEAL_MAGIC as u32, the seal's number and
 * time, and the last link of its block (52 bytes).
 *
 * Besides the kernel's events a chain holds entries that the ledger's cell made itself: their id is 0.
 */

import { KEY_SIZE, SIGNATURE_SIZE } from "./seal";

/** "NPXC". */
export const LEDGER_MAGIC: u32 = 0x4358504e;
/** "NPXO": first word of an opening. */
export const LEDGER_OPENING_MAGIC: u32 = 0x4f58504e;
/** "NPXS": first word of what a seal signs. */
export const LEDGER_SEAL_MAGIC: u32 = 0x5358504e;
/** Version of this layout. */
export const LEDGER_VERSION: u16 = 1;
/** Entries of a block. */
export const LEDGER_BLOCK: u32 = 64;
/** Bytes of a link. */
export const LEDGER_LINK_SIZE: u32 = 32;
/** Bytes of an entry: event and link. */
export const LEDGER_ENTRY_SIZE: u32 = 96;
/** Blocks that the ledger's cell keeps. */
export const LEDGER_KEPT_BLOCKS: u32 = 48;

/**
 * Entry of the ledger's cell: a new chain starts, and what an earlier instance held is lost. data0: id of the first
 * lost event. data1: how many. data2: generation.
 */
export const LEDGER_STARTED: u32 = 256;
/**
 * Entry of the ledger's cell: the chain goes on from a checkpoint. data0: id of the first event that is missing. data1:
 * how many. data2: generation.
 */
export const LEDGER_RESUMED: u32 = 257;

/** Head of an exported chain. */
@unmanaged
export class LedgerHead {
  /** LEDGER_MAGIC. */
  magic: u32;
  /** LEDGER_VERSION. */
  version: u16;
  /** Entries of a block: LEDGER_BLOCK. */
  blockEntries: u16;
  /** Generation of the ledger's cell that started the chain. */
  segment: u32;
  /** Entries that follow. */
  entries: u32;
  /** Number of the first block that follows, from 0. */
  firstBlock: u64;
  /** When the chain started, in nanoseconds since 1970. */
  started: u64;
  /** When it was exported, in nanoseconds since 1970. */
  exported: u64;
  /** The link before the first entry. */
  @bytes(LEDGER_LINK_SIZE)
  before: bytes;
  /** Ed25519 public key. */
  @bytes(KEY_SIZE)
  key: bytes;
}

/** The opening of a chain: its hash is the link before the first entry. */
@unmanaged
export class LedgerOpening {
  /** LEDGER_OPENING_MAGIC. */
  magic: u32;
  /** LEDGER_VERSION. */
  version: u16;
  /** LEDGER_BLOCK. */
  blockEntries: u16;
  /** As in LedgerHead. */
  segment: u32;
  /** 0. */
  reserved: u32;
  /** As in LedgerHead. */
  started: u64;
  /** As in LedgerHead. */
  @bytes(KEY_SIZE)
  key: bytes;
}

/** Closes a block. */
@unmanaged
export class LedgerSeal {
  /** Number of the block, from 0. */
  number: u64;
  /** When it was sealed, in nanoseconds since boot. */
  time: u64;
  /** Ed25519 signature. */
  @bytes(SIGNATURE_SIZE)
  signature: bytes;
}
