/*
 * Checks an exported chain of the ledger (layout: assembly/abi/ledger.ts) outside the system that made it, with
 * implementations of BLAKE3 and Ed25519 other than the system's own.
 *
 * Guarantees: a check covers every byte of the file, so any change of any byte is found; the first bad event is named
 * as precisely as the chain allows. A chain that someone rebuilt with their own key is consistent: only the key tells
 * who made it, and the caller must compare it.
 */
import { KeyObject, createPublicKey, verify } from "node:crypto";

import { blake3 } from "@noble/hashes/blake3.js";

import * as abi from "../abi.js";

const { fields: HEAD } = abi.LedgerHead;
const { fields: SEAL } = abi.LedgerSeal;
const { fields: EVENT } = abi.AuditEvent;
const LINK = abi.AuditEvent.size;

/** What is wrong with a chain, and where. */
export class ChainError extends Error {}

/** Events that are missing from the chain, and why. */
export interface Missing {
  first: bigint;
  count: bigint;
  reason: string;
}

/** The contents of a good chain. */
export interface Chain {
  /** Public key and last link, in hexadecimal. */
  key: string;
  head: string;
  /** Every link, including the one before the first entry. */
  links: Set<string>;
  segment: number;
  firstBlock: bigint;
  blocks: number;
  entries: number;
  /** In nanoseconds since 1970. */
  started: bigint;
  exported: bigint;
  /** Ids of the first and the last kernel event; 0 if there is none. */
  firstId: bigint;
  lastId: bigint;
  missing: Missing[];
}

/** Checks a chain: returns its contents, or throws a ChainError. */
export function checkChain(bytes: Buffer): Chain {
  const reader = new ChainReader(bytes);
  reader.readHead();
  for (let index = 0; index < reader.entries; index++) reader.readEntry(index);
  reader.readEnd();
  return reader.report();
}

class ChainReader {
  entries = 0;
  private at = 0;
  private link: Buffer = Buffer.alloc(0);
  private publicKey!: KeyObject;
  private readonly links = new Set<string>();
  /** The next id; undefined before the first entry of a chain whose old blocks were dropped. */
  private next: bigint | undefined;
  private firstId = 0n;
  private readonly missing: Missing[] = [];

  constructor(private readonly bytes: Buffer) {}

  readHead(): void {
    const head = this.take(abi.LedgerHead.size, "the head");
    const isChain =
      head.readUInt32LE(HEAD.magic.offset) === abi.LEDGER_MAGIC &&
      head.readUInt16LE(HEAD.version.offset) === abi.LEDGER_VERSION &&
      head.readUInt16LE(HEAD.blockEntries.offset) === abi.LEDGER_BLOCK;
    if (!isChain) throw new ChainError(`the head: no chain of version ${abi.LEDGER_VERSION}`);
    this.entries = head.readUInt32LE(HEAD.entries.offset);
    this.publicKey = keyOf(head.subarray(HEAD.key.offset, HEAD.key.offset + HEAD.key.size));
    this.follow(head.subarray(HEAD.before.offset, HEAD.before.offset + HEAD.before.size));
    if (this.firstBlock !== 0n) return;
    this.next = 1n;
    if (!this.link.equals(this.opening(head)))
      throw new ChainError("the head: key, segment or start do not belong to the first link");
  }

  /** The hash of the chain's opening. */
  private opening(head: Buffer): Buffer {
    const { fields, size } = abi.LedgerOpening;
    const opening = Buffer.alloc(size);
    opening.writeUInt32LE(abi.LEDGER_OPENING_MAGIC, fields.magic.offset);
    opening.writeUInt16LE(abi.LEDGER_VERSION, fields.version.offset);
    opening.writeUInt16LE(abi.LEDGER_BLOCK, fields.blockEntries.offset);
    head.copy(opening, fields.segment.offset, HEAD.segment.offset, HEAD.segment.offset + 4);
    head.copy(opening, fields.started.offset, HEAD.started.offset, HEAD.started.offset + 8);
    head.copy(opening, fields.key.offset, HEAD.key.offset, HEAD.key.offset + HEAD.key.size);
    return hash(opening);
  }

  readEntry(index: number): void {
    const name = () => `event ${this.next ?? "?"} (entry ${index + 1} of ${this.entries})`;
    const entry = this.take(abi.LEDGER_ENTRY_SIZE, name());
    const event = entry.subarray(0, LINK);
    const link = entry.subarray(LINK);
    if (!hash(Buffer.concat([this.link, event])).equals(link)) {
      const orHead = index === 0 ? ", or the head's link before it was" : "";
      throw new ChainError(`${name()}: its link does not match: the event or its link was changed${orHead}`);
    }
    this.follow(link);
    this.checkId(event, name());
    if ((index + 1) % abi.LEDGER_BLOCK === 0) this.readSeal(index + 1);
  }

  /** Ids go up by one; the entry after a gap must report it. */
  private checkId(event: Buffer, name: string): void {
    const id = event.readBigUInt64LE(EVENT.id.offset);
    const kind = event.readUInt32LE(EVENT.kind.offset);
    const [data0, data1] = [EVENT.data0, EVENT.data1].map(({ offset }) => event.readBigUInt64LE(offset)) as [
      bigint,
      bigint,
    ];
    if (kind === abi.LEDGER_STARTED || kind === abi.LEDGER_RESUMED) {
      if (id !== 0n || (this.next !== undefined && data0 !== this.next))
        throw new ChainError(`${name}: gap in the ids`);
      this.miss(data0, data1, "held by an instance of the ledger's cell that died");
      this.next = data0 + data1;
      return;
    }
    if (kind === abi.AUDIT_LOST) {
      this.miss(data1, data0, "the event ring was full");
      if (data1 === (this.next ?? data1)) this.next = data1 + data0;
    }
    if (id !== (this.next ?? id) || id === 0n) throw new ChainError(`${name}: gap in the ids: it says ${id}`);
    if (this.firstId === 0n) this.firstId = id;
    this.next = id + 1n;
  }

  private miss(first: bigint, count: bigint, reason: string): void {
    if (count > 0n) this.missing.push({ first, count, reason });
  }

  /** The seal after entry `count`. */
  private readSeal(count: number): void {
    const number = this.firstBlock + BigInt(count / abi.LEDGER_BLOCK - 1);
    const range = `entries ${count - abi.LEDGER_BLOCK + 1} to ${count}`;
    const name = `block ${number} (${range}, up to event ${(this.next ?? 1n) - 1n})`;
    const seal = this.take(abi.LedgerSeal.size, `${name}: its seal`);
    const signed = Buffer.alloc(4 + SEAL.signature.offset);
    signed.writeUInt32LE(abi.LEDGER_SEAL_MAGIC, 0);
    seal.copy(signed, 4, 0, SEAL.signature.offset);
    if (seal.readBigUInt64LE(SEAL.number.offset) !== number)
      throw new ChainError(`${name}: its seal has another number`);
    if (!this.isSigned([signed, this.link], seal.subarray(SEAL.signature.offset)))
      throw new ChainError(`${name}: wrong signature: these events are not what was sealed, or not by this key`);
  }

  readEnd(): void {
    const open = this.entries % abi.LEDGER_BLOCK;
    const signature = this.take(abi.SIGNATURE_SIZE, "the last signature");
    if (!this.isSigned([this.bytes.subarray(0, abi.LedgerHead.size), this.link], signature)) {
      const what = open === 0 ? "" : `, or entries ${this.entries - open + 1} to ${this.entries} behind the last block`;
      throw new ChainError(`the head: wrong signature: the head${what} is not what was exported`);
    }
    if (this.at !== this.bytes.length)
      throw new ChainError(`the end: ${this.bytes.length - this.at} more bytes behind it`);
  }

  report(): Chain {
    const head = this.bytes.subarray(0, abi.LedgerHead.size);
    return {
      key: head.toString("hex", HEAD.key.offset, HEAD.key.offset + HEAD.key.size),
      head: this.link.toString("hex"),
      links: this.links,
      segment: head.readUInt32LE(HEAD.segment.offset),
      firstBlock: this.firstBlock,
      blocks: Math.floor(this.entries / abi.LEDGER_BLOCK),
      entries: this.entries,
      started: head.readBigUInt64LE(HEAD.started.offset),
      exported: head.readBigUInt64LE(HEAD.exported.offset),
      firstId: this.firstId,
      lastId: this.firstId === 0n ? 0n : this.next! - 1n,
      missing: this.missing,
    };
  }

  private get firstBlock(): bigint {
    return this.bytes.readBigUInt64LE(HEAD.firstBlock.offset);
  }

  private take(size: number, name: string): Buffer {
    if (this.at + size > this.bytes.length)
      throw new ChainError(`${name}: truncated: the file ends at byte ${this.bytes.length}`);
    this.at += size;
    return this.bytes.subarray(this.at - size, this.at);
  }

  private follow(link: Buffer): void {
    this.link = link;
    this.links.add(link.toString("hex"));
  }

  private isSigned(parts: Buffer[], signature: Buffer): boolean {
    return verify(null, Buffer.concat(parts), this.publicKey, signature);
  }
}

function hash(bytes: Buffer): Buffer {
  return Buffer.from(blake3(bytes));
}

function keyOf(bytes: Buffer): KeyObject {
  return createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x: bytes.toString("base64url") }, format: "jwk" });
}
