/*
 * The command on the ledger: its events, as the file "events" of the ledger's cell has them, one line each and parted
 * by blanks (docs/ledger.md). Lines are handled as bytes; only printed ones become strings.
 *
 *   id time kind cell entity cause name=value...
 */

import { CELLS_MAX, CellState, File, allCells, errorText, fileError } from "rumpk";
import { decode, fromRange } from "./bytes";
import { OK, failure, named, print, usage } from "./output";

const EVENTS: string = "/Nexus/provchain/events";
const USAGE_TEXT: string = "ledger [-n count] [--cell cell] [--kind kind] [--why id]";
const TITLE: string = "    ID           TIME KIND        CELL           ENTITY  CAUSE WHAT\n";
/** How many lines to show by default. */
const SHOWN: i32 = 20;
/** Bytes read at a time, and the longest line. */
const PART: i32 = 4096;
const LINE_MAX: i32 = 512;

const BLANK: u8 = 0x20;
const NEWLINE: u8 = 0x0a;

/** Columns of a line. */
const ID: i32 = 0;
const TIME: i32 = 1;
const KIND: i32 = 2;
const CELL: i32 = 3;
const ENTITY: i32 = 4;
const CAUSE: i32 = 5;
const WHAT: i32 = 6;

/** Reads the lines of the file one by one. */
class Lines {
  private readonly part: Uint8Array = new Uint8Array(PART);
  private at: i32 = 0;
  private count: i32 = 0;
  private readonly line: Uint8Array = new Uint8Array(LINE_MAX);
  private length: i32 = 0;

  constructor(private readonly file: File) {}

  /** Goes to the next line: false at the end, or on an error (fileError). */
  next(): bool {
    this.length = 0;
    while (true) {
      if (this.at == this.count) {
        this.count = this.file.read(this.part);
        this.at = 0;
        if (this.count <= 0) return false;
      }
      const byte = this.part[this.at++];
      if (byte == NEWLINE) return true;
      if (this.length < LINE_MAX) this.line[this.length++] = byte;
    }
  }

  /** Where column `column` starts; the end of the line when there are fewer. */
  private start(column: i32): i32 {
    let at = 0;
    for (; column > 0 && at < this.length; at++) if (this.line[at] == BLANK) column--;
    return at;
  }

  /** A column; the last one goes to the end of the line. */
  text(column: i32): string {
    const start = this.start(column);
    let end = start;
    while (end < this.length && (column == WHAT || this.line[end] != BLANK)) end++;
    return fromRange(this.line.dataStart + start, end - start);
  }

  /** Whether a column is `text`. */
  is(column: i32, text: string): bool {
    const start = this.start(column);
    const end = start + text.length;
    if (end > this.length || (end < this.length && this.line[end] != BLANK)) return false;
    for (let i = 0; i < text.length; i++) if (this.line[start + i] != text.charCodeAt(i)) return false;
    return true;
  }

  /** A column as a number; 0 when it is not one. */
  number(column: i32): u64 {
    let value: u64 = 0;
    for (let at = this.start(column); at < this.length; at++) {
      const digit = this.line[at] - 0x30;
      if (digit > 9) break;
      value = value * 10 + digit;
    }
    return value;
  }

  /** The line for people, in columns. */
  row(): string {
    const cause = this.text(CAUSE);
    return (
      this.text(ID).padStart(6) +
      this.text(TIME).padStart(15) +
      " " +
      this.text(KIND).padEnd(11) +
      this.text(CELL).padStart(5) +
      this.text(ENTITY).padStart(17) +
      cause.padStart(7) +
      " " +
      named(this.text(WHAT)) +
      "\n"
    );
  }
}

/** What is asked for. */
class Query {
  count: i32 = SHOWN;
  kind: string = "";
  cell: string = "";
  why: u64 = 0;
}

/** ledger [-n count] [--cell cell] [--kind kind] [--why id] */
export function ledger(args: string[]): i32 {
  const query = new Query();
  if (args.length % 2 != 0) return usage(USAGE_TEXT);
  for (let i = 0; i < args.length; i += 2) {
    const number = numberOf(args[i + 1]);
    if (args[i] == "-n" && number > 0) query.count = <i32>number;
    else if (args[i] == "--why" && number > 0) query.why = number;
    else if (args[i] == "--kind") query.kind = args[i + 1];
    else if (args[i] == "--cell") query.cell = args[i + 1];
    else return usage(USAGE_TEXT);
  }
  return query.why != 0 ? why(query.why) : show(query);
}

/** The number in a text of 1 to 9 digits, else 0. */
function numberOf(text: string): u64 {
  let value: u64 = 0;
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 0x30;
    if (digit < 0 || digit > 9) return 0;
    value = value * 10 + digit;
  }
  return text.length <= 9 ? value : 0;
}

/** Prints the last events that match. */
function show(query: Query): i32 {
  const file = File.open(EVENTS);
  if (file === null) return fileFailure();
  const wanted = new Wanted(query.cell);
  const rows: string[] = [];
  const lines = new Lines(file);
  while (lines.next()) {
    const isWanted = wanted.has(lines);
    if (!isWanted || (query.kind.length > 0 && !lines.is(KIND, query.kind))) continue;
    rows.push(lines.row());
    if (rows.length > query.count) rows.shift();
  }
  return printRows(file, rows);
}

/** Prints the event `id` and those that led to it, the first cause first. */
function why(id: u64): i32 {
  let file = File.open(EVENTS);
  if (file === null) return fileFailure();
  const ids: u64[] = [];
  const causes: u64[] = [];
  let lines = new Lines(file);
  while (lines.next()) {
    ids.push(lines.number(ID));
    causes.push(lines.number(CAUSE));
  }
  file.close();
  const chain: u64[] = [];
  for (let at = ids.length - 1, next = id; at >= 0 && next != 0; at--) {
    if (ids[at] != next) continue;
    chain.push(next);
    next = causes[at];
  }
  if (chain.length == 0) return failure("ledger: there is no event " + id.toString() + " (see ledger -n)");
  file = File.open(EVENTS);
  if (file === null) return fileFailure();
  const rows: string[] = [];
  lines = new Lines(file);
  while (lines.next()) if (chain.includes(lines.number(ID))) rows.push(lines.row());
  return printRows(file, rows);
}

function printRows(file: File, rows: string[]): i32 {
  const error = fileError();
  file.close();
  print(TITLE + rows.join(""));
  return error < 0 ? failure("ledger: " + EVENTS + ": " + errorText(error)) : OK;
}

function fileFailure(): i32 {
  return failure("ledger: " + EVENTS + ": " + errorText(fileError()));
}

/**
 * Which events are about a cell given by number or by name. An entry of the cell table may have had several names; the
 * ledger says when each was spawned, with the first 8 bytes of its name, and the table says which one it has now.
 */
class Wanted {
  /** By number. */
  private readonly cells: StaticArray<bool> = new StaticArray<bool>(CELLS_MAX);
  private readonly all: bool;
  private readonly made: string;

  constructor(private readonly cell: string) {
    this.all = cell.length == 0;
    this.made = "name=" + cell.substring(0, 8);
    const state = new CellState();
    const table = allCells();
    for (let index = 0; index < CELLS_MAX; index++) {
      const named = table >= 0 && state.read(table, index) && state.name == decode(cell);
      this.cells[index] = named || index.toString() == cell;
    }
  }

  /** Whether the event on a line is about it. */
  has(lines: Lines): bool {
    if (this.all) return true;
    if (lines.is(CELL, "-")) return false;
    const index = lines.number(CELL);
    if (index >= <u64>CELLS_MAX) return false;
    if (lines.is(KIND, "spawn") && index.toString() != this.cell) {
      this.cells[<i32>index] = lines.text(WHAT).endsWith(this.made);
    }
    return this.cells[<i32>index];
  }
}
