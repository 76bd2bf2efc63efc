/*
 * The lines typed so far, oldest first, and the user's position in them. A line that was started before browsing is
 * kept and comes back after the last one.
 */

/** Lines that are kept. */
const LINES_MAX: i32 = 100;

export class History {
  private readonly lines: string[] = [];
  private at: i32 = 0;
  private draft: string = "";

  /** Keeps a line, unless it is empty or the same as the last. */
  add(line: string): void {
    const count = this.lines.length;
    if (line.length == 0 || (count > 0 && this.lines[count - 1] == line)) return;
    if (count == LINES_MAX) this.lines.shift();
    this.lines.push(line);
  }

  /** Looks at the end again. */
  rewind(): void {
    this.at = this.lines.length;
    this.draft = "";
  }

  /** The previous line, null at the first; `current` is what the user has typed. */
  previous(current: string): string | null {
    if (this.at == 0) return null;
    if (this.at == this.lines.length) this.draft = current;
    return this.lines[--this.at];
  }

  /** The line after, null at the end. */
  next(): string | null {
    if (this.at == this.lines.length) return null;
    return ++this.at == this.lines.length ? this.draft : this.lines[this.at];
  }
}
