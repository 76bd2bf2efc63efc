/*
 * A file of lines for the shell, of any length: read in parts, so that it need not fit into memory.
 */

import { File, errorText, fileError } from "rumpk";
import { Bytes } from "./bytes";
import { LINE_MAX } from "./input";
import { failure } from "./output";

/** Bytes read at a time. */
const PART: i32 = 4096;
const LF: u8 = 0x0a;

export class Script {
  /** Reading failed in the middle, and the user was told. */
  failed: bool = false;
  private file: File | null = null;
  private readonly part: StaticArray<u8> = new StaticArray<u8>(PART);
  private at: i32 = 0;
  private end: i32 = 0;
  private readonly line: Bytes = new Bytes();

  constructor(private readonly path: string) {
    this.file = File.open(path);
    if (this.file === null) this.fail(fileError());
  }

  /**
   * The next line, without its line feed; null at the end. Of one that is longer than LINE_MAX, a byte more than that.
   */
  next(): string | null {
    this.line.clear();
    let some = false;
    for (let byte = this.take(); byte >= 0; byte = this.take()) {
      if (byte == LF) return this.line.toString();
      some = true;
      if (this.line.length <= LINE_MAX) this.line.put(<u8>byte);
    }
    return some && !this.failed ? this.line.toString() : null;
  }

  /** The next byte, -1 at the end. */
  private take(): i32 {
    const file = this.file;
    if (this.at == this.end && file !== null && !this.failed) {
      const count = file.readRange(changetype<usize>(this.part), PART);
      if (count < 0) this.fail(count);
      this.at = 0;
      this.end = max(count, 0);
    }
    return this.at < this.end ? <i32>this.part[this.at++] : -1;
  }

  private fail(error: i32): void {
    this.failed = true;
    failure("nipbox: " + this.path + ": " + errorText(error));
  }
}
