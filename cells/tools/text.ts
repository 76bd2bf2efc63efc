/*
 * The programs that read text: cat, wc, head, grep.
 */

import { encodeText } from "rumpk/text";
import { Filter, feedAll } from "./feed";
import { FAILED, OK, complain, named, print, usage, write } from "./output";

const LF: u8 = 0x0a;
/** Lines that head prints unless told. */
const HEAD_LINES: i64 = 10;
/** More lines than any input has. */
const LINES_MAX: i64 = 1000000000000000;
/** Columns of a number of wc. */
const COUNT_WIDTH: i32 = 8;

/** True for a word that should be an option. */
function isOption(word: string): bool {
  return word.length > 1 && word.startsWith("-");
}

class Copy extends Filter {
  take(data: usize, length: i32): bool {
    write(data, length);
    return true;
  }
}

/** cat [path...] */
export function cat(args: string[]): i32 {
  if (args.length > 0 && isOption(args[0])) return usage("cat [path...]");
  return feedAll("cat", args, new Copy());
}

/** Counts lines, words and bytes. */
class Count extends Filter {
  lines: u64 = 0;
  words: u64 = 0;
  bytes: u64 = 0;
  private inWord: bool = false;
  /** The counts of all files together, in the one that counts a file. */
  total: Count | null = null;

  /** Prints only the lines, words or bytes when `only` is "-l", "-w" or "-c". */
  constructor(private readonly only: string) {
    super();
  }

  begin(path: string): void {
    this.lines = 0;
    this.words = 0;
    this.bytes = 0;
    this.inWord = false;
  }

  take(data: usize, length: i32): bool {
    this.bytes += length;
    for (let i = 0; i < length; i++) {
      const byte = load<u8>(data + i);
      if (byte == LF) this.lines++;
      const blank = byte == 0x20 || (byte >= 0x09 && byte <= 0x0d);
      if (!blank && !this.inWord) this.words++;
      this.inWord = !blank;
    }
    return true;
  }

  end(path: string): i32 {
    this.show(path);
    const total = this.total;
    if (total === null) return OK;
    total.lines += this.lines;
    total.words += this.words;
    total.bytes += this.bytes;
    return OK;
  }

  show(name: string): void {
    let line = "";
    if (this.only != "-w" && this.only != "-c") line += this.lines.toString().padStart(COUNT_WIDTH);
    if (this.only != "-l" && this.only != "-c") line += this.words.toString().padStart(COUNT_WIDTH);
    if (this.only != "-l" && this.only != "-w") line += this.bytes.toString().padStart(COUNT_WIDTH);
    print(line + (name == "-" ? "\n" : " " + named(name) + "\n"));
  }
}

/** wc [-l|-w|-c] [path...] */
export function wc(args: string[]): i32 {
  const option = args.length > 0 && isOption(args[0]) ? args.shift() : "";
  if (option != "" && option != "-l" && option != "-w" && option != "-c") return usage("wc [-l|-w|-c] [path...]");
  const count = new Count(option);
  const total = new Count(option);
  count.total = total;
  const status = feedAll("wc", args, count);
  if (args.length > 1) total.show("total");
  return status;
}

/** Prints the first lines of each file. */
class Head extends Filter {
  private left: i64 = 0;

  constructor(private readonly lines: i64) {
    super();
  }

  begin(path: string): void {
    this.left = this.lines;
  }

  take(data: usize, length: i32): bool {
    let end = 0;
    while (end < length && this.left > 0) {
      if (load<u8>(data + end++) == LF) this.left--;
    }
    write(data, end);
    return this.left > 0;
  }
}

/** head [-n lines] [path...] */
export function head(args: string[]): i32 {
  let lines: i64 = HEAD_LINES;
  if (args.length > 0 && isOption(args[0])) {
    lines = args.shift() == "-n" && args.length > 0 ? numberOf(args.shift()) : -1;
  }
  return lines > 0 ? feedAll("head", args, new Head(lines)) : usage("head [-n lines] [path...]");
}

/** A number of lines, or -1 when it is not a number. LINES_MAX stands for anything larger. */
function numberOf(text: string): i64 {
  let value: i64 = 0;
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 0x30;
    if (digit < 0 || digit > 9) return -1;
    value = min(value * 10 + digit, LINES_MAX);
  }
  return text.length > 0 ? value : -1;
}

/** The longest line that grep searches: up to twice that is kept while a line grows (1 MiB). */
const LINE_MAX: i32 = 0x100000 - 1;

/**
 * Prints the lines that have a text in them, or those that have not. A line that several parts share is put together.
 */
class Grep extends Filter {
  found: bool = false;
  private line: StaticArray<u8> = new StaticArray<u8>(1024);
  private used: i32 = 0;
  /** The line is longer than LINE_MAX; the rest of it is skipped. */
  private tooLong: bool = false;
  private status: i32 = OK;
  private name: string = "";
  private readonly wanted: ArrayBuffer;

  constructor(
    text: string,
    private readonly inverted: bool,
    private readonly named: bool,
  ) {
    super();
    this.wanted = encodeText(text);
  }

  begin(path: string): void {
    this.used = 0;
    this.tooLong = false;
    this.status = OK;
    this.name = path;
  }

  take(data: usize, length: i32): bool {
    for (let start = 0; start < length;) {
      let end = start;
      while (end < length && load<u8>(data + end) != LF) end++;
      this.keep(data + start, end - start);
      if (end < length) this.endLine();
      start = end + 1;
    }
    return true;
  }

  end(path: string): i32 {
    if (this.used > 0) this.endLine();
    return this.status;
  }

  private endLine(): void {
    if (!this.tooLong) this.decide();
    this.tooLong = false;
    this.used = 0;
  }

  private keep(data: usize, length: i32): void {
    if (this.tooLong) return;
    this.tooLong = this.used + length > LINE_MAX;
    if (this.tooLong) {
      complain("grep: " + this.name + ": a line of more than 1 MiB");
      this.status = FAILED;
      return;
    }
    let size = this.line.length;
    while (size < this.used + length + 1) size *= 2;
    if (size > this.line.length) {
      const larger = new StaticArray<u8>(size);
      memory.copy(changetype<usize>(larger), changetype<usize>(this.line), this.used);
      this.line = larger;
    }
    memory.copy(changetype<usize>(this.line) + this.used, data, length);
    this.used += length;
  }

  private decide(): void {
    if (this.matches() != this.inverted) {
      this.found = true;
      if (this.named) print(named(this.name) + ":");
      this.line[this.used] = LF;
      write(changetype<usize>(this.line), this.used + 1);
    }
  }

  private matches(): bool {
    const length = this.wanted.byteLength;
    for (let at = 0; at + length <= this.used; at++) {
      if (memory.compare(changetype<usize>(this.line) + at, changetype<usize>(this.wanted), length) == 0) return true;
    }
    return false;
  }
}

/** grep [-v] text [path...] */
export function grep(args: string[]): i32 {
  const inverted = args.length > 0 && args[0] == "-v";
  if (inverted) args.shift();
  if (args.length == 0 || isOption(args[0])) return usage("grep [-v] text [path...]");
  const filter = new Grep(args.shift(), inverted, args.length > 1);
  const status = feedAll("grep", args, filter);
  return status != OK ? status : filter.found ? OK : FAILED;
}
