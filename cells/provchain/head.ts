/*
 * The head of a snapshot as text: what a person notes down to compare later (docs/ledger.md).
 */

import { KEY_SIZE, LEDGER_BLOCK, LEDGER_LINK_SIZE, LedgerHead, SIGNATURE_SIZE } from "rumpk/abi";
import { begin, length, putByte, putBytes, putDecimal, putText } from "./line";
import { Snapshot } from "./snapshots";

const NEWLINE: u8 = 0x0a;

/** Writes the text to the line buffer: its bytes. */
export function headText(snapshot: Snapshot): u32 {
  const head = snapshot.head;
  const base = changetype<usize>(head);
  begin();
  putHash("key", base + offsetof<LedgerHead>("key"), KEY_SIZE);
  putNumber("segment", head.segment);
  putNumber("started", head.started);
  putNumber("exported", head.exported);
  putNumber("first-block", head.firstBlock);
  putNumber("blocks", head.entries / LEDGER_BLOCK);
  putNumber("entries", head.entries);
  putHash("head", snapshot.link, LEDGER_LINK_SIZE);
  putHash("signature", snapshot.signature, SIGNATURE_SIZE);
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
