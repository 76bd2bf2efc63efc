/*
 * The shell's grammar. A line is commands between ";" (whatever happened) and "&&" (only after success); a
 * command is words between blanks.
 *
 *   'text'   as it is            "text"   $? and \" \\ \$ mean something        \c   c, as it is
 *   $?       status of the command before         # to the end of the line, where a word could start
 *
 * Characters that other shells give a meaning (| < > &) are refused, not taken for text.
 */

const QUOTE: i32 = 0x27;
const DOUBLE_QUOTE: i32 = 0x22;
const BACKSLASH: i32 = 0x5c;
const DOLLAR: i32 = 0x24;
const QUESTION: i32 = 0x3f;
const SEMICOLON: i32 = 0x3b;
const AMPERSAND: i32 = 0x26;
const HASH: i32 = 0x23;

/** A command, and on what it depends. */
export class Command {
  /** The words; the first is the command's name. */
  readonly words: string[] = [];
  /** Run it only when the command before succeeded. */
  onlyAfterSuccess: bool = false;
}

/** Takes the commands of a line one by one. */
export class Parser {
  /** What is wrong with the line; empty when nothing is. */
  error: string = "";
  private at: i32 = 0;
  /** The next command stands behind "&&". */
  private afterAnd: bool = false;

  constructor(
    private readonly line: string,
    /** What $? stands for. */
    public status: i32,
  ) {}

  /** The next command, null at the end of the line or when `error` is set. */
  next(): Command | null {
    const command = new Command();
    command.onlyAfterSuccess = this.afterAnd;
    while (this.skipBlanks() && !this.atSeparator()) {
      const word = this.word();
      if (this.error.length > 0) return null;
      command.words.push(word);
    }
    const empty = command.words.length == 0;
    if (empty && (this.afterAnd || this.at < this.line.length)) return this.fail("nothing to run " + this.place());
    this.takeSeparator();
    return empty || this.error.length > 0 ? null : command;
  }

  /** Whether something follows the blanks and the comment here. */
  private skipBlanks(): bool {
    while (this.at < this.line.length && isBlank(this.line.charCodeAt(this.at))) this.at++;
    if (this.peek(0) == HASH) this.at = this.line.length;
    return this.at < this.line.length;
  }

  private peek(ahead: i32): i32 {
    return this.at + ahead < this.line.length ? this.line.charCodeAt(this.at + ahead) : -1;
  }

  private atSeparator(): bool {
    return this.peek(0) == SEMICOLON || (this.peek(0) == AMPERSAND && this.peek(1) == AMPERSAND);
  }

  private takeSeparator(): void {
    this.afterAnd = this.peek(0) == AMPERSAND;
    if (this.at < this.line.length) this.at += this.afterAnd ? 2 : 1;
  }

  private place(): string {
    return this.at < this.line.length ? "before " + (this.peek(0) == AMPERSAND ? "&&" : ";") : "after &&";
  }

  private fail(error: string): Command | null {
    this.error = error;
    return null;
  }

  private word(): string {
    let word = "";
    while (this.at < this.line.length && this.error.length == 0) {
      const unit = this.peek(0);
      if (isBlank(unit) || this.atSeparator()) break;
      if (unit == QUOTE) word += this.quoted();
      else if (unit == DOUBLE_QUOTE) word += this.doubleQuoted();
      else if (unit == BACKSLASH) word += this.escaped();
      else if (unit == DOLLAR) word += this.expansion();
      else if (isReserved(unit)) this.error = "the shell has no " + this.take() + "; quote it to mean the character";
      else word += this.take();
    }
    return word;
  }

  private take(): string {
    return this.line.charAt(this.at++);
  }

  private quoted(): string {
    const end = this.line.indexOf("'", this.at + 1);
    if (end < 0) {
      this.error = "no closing '";
      return "";
    }
    const text = this.line.substring(this.at + 1, end);
    this.at = end + 1;
    return text;
  }

  private doubleQuoted(): string {
    let text = "";
    this.at++;
    while (this.at < this.line.length) {
      const unit = this.peek(0);
      if (unit == DOUBLE_QUOTE) {
        this.at++;
        return text;
      }
      if (unit == DOLLAR) {
        text += this.expansion();
        continue;
      }
      if (unit == BACKSLASH && isEscapable(this.peek(1))) this.at++;
      text += this.take();
    }
    this.error = 'no closing "';
    return "";
  }

  private escaped(): string {
    this.at++;
    if (this.at == this.line.length) this.error = "nothing after \\";
    return this.take();
  }

  private expansion(): string {
    if (this.peek(1) != QUESTION) return this.take();
    this.at += 2;
    return this.status.toString();
  }
}

/** What is wrong with a line; empty when nothing is. */
export function checkLine(line: string): string {
  const parser = new Parser(line, 0);
  while (parser.next() !== null) {}
  return parser.error;
}

function isBlank(unit: i32): bool {
  return unit == 0x20 || unit == 0x09 || unit == 0x0d;
}

/** In double quotes, a backslash only means something before these. */
function isEscapable(unit: i32): bool {
  return unit == DOUBLE_QUOTE || unit == BACKSLASH || unit == DOLLAR;
}

/** Pipe, redirections and background. */
function isReserved(unit: i32): bool {
  return unit == 0x7c || unit == 0x3c || unit == 0x3e || unit == AMPERSAND;
}
