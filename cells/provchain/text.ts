/*
 * An event as a line of text, for people and for programs that parse lines (docs/ledger.md):
 *
 *   id time kind cell entity cause name=value...
 *
 * Columns are separated by one blank and contain none; "-" stands for nothing. The form of each kind is one text: its
 * name, and for each data word a name and, behind a colon, how it is shown:
 *
 *   d  number   s  number with a sign   x  hexadecimal   c  index of a cell   n  name of 8 bytes
 *   f  cause of a death   p  spectrum   k  kind of a capability   r  why a package was refused
 */

import { AUDIT_NO_CELL, AuditEvent, LEDGER_RESUMED, LEDGER_STARTED } from "rumpk/abi";
import {
  begin,
  length,
  line,
  putBlank,
  putByte,
  putDecimal,
  putHex,
  putName,
  putNothing,
  putPart,
  putText,
} from "./line";

/** By AUDIT_... */
const FORMS: StaticArray<string> = [
  "",
  "boot real:d images:d",
  "spawn parent:c promises:x name:n",
  "exit status:s",
  "fault cause:f address:x generation:d",
  "grant kind:k rights:x object:d",
  "revoke slot:d",
  "delegate kind:k rights:x object:d",
  "open port:x",
  "close port:x",
  "map window:d base:x length:x",
  "denied error:d reason:r",
  "violation promise:x promises:x",
  "checkpoint bytes:d",
  "restart generation:d restarts:d",
  "demotion from:p to:p",
  "quarantine restarts:d",
  "strike strikes:d",
  "lost events:d first:d",
  "revive",
  "pledge before:x after:x",
  "claim promise:x client:c id:x",
];
/** Of the entries that this cell makes. */
const STARTED: string = "started first:d events:d generation:d";
const RESUMED: string = "resumed first:d events:d generation:d";
/** Of a kind that is not known here. */
const UNKNOWN: string = "unknown data0:x data1:x data2:x";

/** By CAUSE_... */
const CAUSES: StaticArray<string> = [
  "none",
  "memory",
  "unreachable",
  "division",
  "overflow",
  "conversion",
  "indirect",
  "stack",
  "spin",
  "window",
  "killed",
  "pledge",
  "module",
  "no-memory",
  "ring",
  "unaligned",
  "energy",
];
/** By SPECTRUM_... */
const SPECTRA: StaticArray<string> = ["void", "gravity", "matter", "photon"];
/** By CAP_... */
const CAPABILITIES: StaticArray<string> = ["none", "channel", "port", "cell", "device", "cells"];
/** By SEAL_... */
const REASONS: StaticArray<string> = [
  "none",
  "unsigned",
  "wrong-signature",
  "truncated",
  "unknown-key",
  "changed",
  "key-class",
  "no-table",
  "no-seal-cell",
];

const NEWLINE: u8 = 0x0a;
const EQUALS: u8 = 0x3d;
const MINUS: u8 = 0x2d;
const NANOSECONDS: u64 = 1000000000;

/** Writes the line of an event, its end included: bytes at `line`. */
export function lineOf(event: AuditEvent): u32 {
  begin();
  putNumberOrNothing(event.id);
  putBlank();
  putDecimal(event.time / NANOSECONDS);
  putText(".");
  putDecimal(event.time % NANOSECONDS, 9);
  putBlank();
  const form = formOf(event.kind);
  const end = wordEnd(form, 0);
  putPart(form, 0, end);
  putBlank();
  putCell(event.cell);
  putBlank();
  if (event.entity != 0) putHex(event.entity, 16);
  else putNothing();
  putBlank();
  putNumberOrNothing(event.cause);
  putWords(form, end, changetype<usize>(event) + offsetof<AuditEvent>("data0"));
  putByte(NEWLINE);
  return length;
}

/** Where the line lies. */
export function lineStart(): usize {
  return line;
}

function formOf(kind: u32): string {
  if (kind == LEDGER_STARTED) return STARTED;
  if (kind == LEDGER_RESUMED) return RESUMED;
  return kind != 0 && kind < <u32>FORMS.length ? FORMS[kind] : UNKNOWN;
}

/** The end of the word that starts at `at`. */
function wordEnd(form: string, at: i32): i32 {
  while (at < form.length && form.charCodeAt(at) != 0x20) at++;
  return at;
}

/** The data words that a form names; `at` is where their names start, `data` where the words lie. */
function putWords(form: string, at: i32, data: usize): void {
  for (; at < form.length; data += 8) {
    const end = wordEnd(form, at + 1);
    putBlank();
    putPart(form, at + 1, end - 2);
    putByte(EQUALS);
    putValue(load<u64>(data), form.charCodeAt(end - 1));
    at = end;
  }
}

function putValue(value: u64, how: i32): void {
  switch (how) {
    case 0x64: // d
      return putDecimal(value);
    case 0x73: // s
      return putSigned(<i64>value);
    case 0x78: // x
      return putHexadecimal(value);
    case 0x63: // c
      return putCell(<u32>value);
    case 0x6e: // n
      return putName(value);
    case 0x66: // f
      return putWord(CAUSES, value);
    case 0x70: // p
      return putWord(SPECTRA, value);
    case 0x6b: // k
      return putWord(CAPABILITIES, value);
  }
  putWord(REASONS, value);
}

function putWord(words: StaticArray<string>, value: u64): void {
  if (value < <u64>words.length) putText(words[<i32>value]);
  else putDecimal(value);
}

function putSigned(value: i64): void {
  if (value < 0) putByte(MINUS);
  putDecimal(<u64>(value < 0 ? -value : value));
}

/** As short as it can be. */
function putHexadecimal(value: u64): void {
  putText("0x");
  putHex(value, max(1, 16 - ((<i32>clz(value)) >> 2)));
}

function putCell(cell: u32): void {
  if (cell == AUDIT_NO_CELL) putNothing();
  else putDecimal(cell);
}

function putNumberOrNothing(value: u64): void {
  if (value != 0) putDecimal(value);
  else putNothing();
}
