/*
 * The head of a snapshot as text: what a person notes down to compare later (docs/ledger.md).
 */

import { LEDGER_BLOCK, LEDGER_LINK_SIZE, LEDGER_SIGNATURE_SIZE, LedgerHead } from "rumpk/abi";
import { begin, length, putByte, putBytes, putDecimal, putText } from "./line";
import { KEY_SIZE } from "./signature";
import { Snapshot } from "./snapshots";

const NEWLINE: u8 = 0x0a;

/** Writes the text to the line buffer: its bytes. */
export function headText(snapshot: Snapshot): u32 {
  const head = snapshot.head;
  const base = changetype<usize>(head);
  begin();
  putHash("key", base + offsetof<LedgerHead>("key0"), KEY_SIZE);
  putNumber("segment", head.segment);
  putNumber("started", head.started);
  putNumber("exported", head.exported);
  putNumber("first-block", head.firstBlock);
  putNumber("blocks", head.entries / LEDGER_BLOCK);
  putNumber("entries", head.entries);
  putHash("head", snapshot.link, LEDGER_LINK_SIZE);
  putHash("signature", snapshot.signature, LEDGER_SIGNATURE_SIZE);
  return length;
}

function putNumber(name: string, value: u64): void {
  putText(name);
  putText(" ");
  putDecimal(value);
  putByte(NEWLINE);
}

function putHash(name: string, bytes: usize, count: u32): void {
  putText(name);
  putText(" ");
  putBytes(bytes, count);
  putByte(NEWLINE);
}
