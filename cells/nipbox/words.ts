/*
 * The shell's grammar. A line is pipelines between ";" (whatever happened) and "&&" (only after success). A pipeline is
 * commands between "|"; a command is words between blanks, and where its input comes from and its output goes to.
 *
 *   'text'   as it is            "text"   $? and \" \\ \$ mean something        \c   c, as it is
 *   $?       status of the command before         # to the end of the line, where a word could start
 *   < path   input from a file   > path   output into a new or emptied file     >> path   behind what is in it
 *
 * "<" belongs to the first command of a pipeline and ">" to the last: between them flow the pipes. A single "&" is
 * refused, not taken for text.
 */

import { Bytes } from "./bytes";

const QUOTE: i32 = 0x27;
const DOUBLE_QUOTE: i32 = 0x22;
const BACKSLASH: i32 = 0x5c;
const DOLLAR: i32 = 0x24;
const QUESTION: i32 = 0x3f;
const SEMICOLON: i32 = 0x3b;
const AMPERSAND: i32 = 0x26;
const HASH: i32 = 0x23;
const BAR: i32 = 0x7c;
const LESS: i32 = 0x3c;
const GREATER: i32 = 0x3e;

/** Commands of a line, so that no line takes all of the shell's memory. */
const COMMANDS_MAX: i32 = 1000;

/** Commands, each of which reads what the one before writes. */
export class Pipeline {
  /** The words of the commands; the first is the command's name. */
  readonly commands: string[][] = [];
  /** The file that the first command reads, where one is named. */
  input: string | null = null;
  /** The file that the last command writes, where one is named. */
  output: string | null = null;
  /** The output goes behind what is in the file. */
  appends: bool = false;
  /** Run it only when the pipeline before succeeded. */
  onlyAfterSuccess: bool = false;
}

/** Takes the pipelines of a line one by one. */
export class Parser {
  /** The error in the line; empty when there is none. */
  error: string = "";
  private at: i32 = 0;
  /** The next pipeline stands behind "&&". */
  private afterAnd: bool = false;
  /** The current word. */
  private readonly text: Bytes = new Bytes();
  private commands: i32 = 0;

  constructor(
    private readonly line: string,
    /** What $? stands for. */
    public status: i32,
  ) {}

  /** The next pipeline, null at the end of the line or when `error` is set. */
  next(): Pipeline | null {
    const pipeline = new Pipeline();
    pipeline.onlyAfterSuccess = this.afterAnd;
    do this.command(pipeline);
    while (this.error.length == 0 && this.takeBar());
    const count = pipeline.commands.length;
    if (this.error.length > 0 || (count == 1 && pipeline.commands[0].length == 0)) return null;
    this.takeSeparator();
    return pipeline;
  }

  /** Parses the words and redirections of one command. An empty one is allowed only at the end of a line. */
  private command(pipeline: Pipeline): void {
    const first = pipeline.commands.length == 0;
    const words: string[] = [];
    while (this.error.length == 0 && this.skipBlanks() && !this.atSeparator() && this.peek(0) != BAR) {
      const unit = this.peek(0);
      if (unit == LESS) this.takeInput(pipeline, first);
      else if (unit == GREATER) this.takeOutput(pipeline);
      else words.push(this.word());
    }
    pipeline.commands.push(words);
    if (++this.commands > COMMANDS_MAX) this.error = "more than " + COMMANDS_MAX.toString() + " commands in a line";
    if (this.error.length > 0) return;
    const last = this.peek(0) != BAR;
    if (pipeline.output !== null && !last) this.error = "> before | belongs to the last command";
    const mayBeEmpty = first && last && !this.afterAnd && this.at == this.line.length && !redirects(pipeline);
    if (words.length == 0 && !mayBeEmpty) this.error = "nothing to run " + this.place(first);
  }

  private takeInput(pipeline: Pipeline, first: bool): void {
    this.at++;
    if (!first) this.error = "< behind | belongs to the first command";
    else if (pipeline.input !== null) this.error = "more than one <";
    else pipeline.input = this.target("<");
  }

  private takeOutput(pipeline: Pipeline): void {
    this.at++;
    const appends = this.peek(0) == GREATER;
    if (appends) this.at++;
    if (pipeline.output !== null) this.error = "more than one >";
    else pipeline.output = this.target(appends ? ">>" : ">");
    pipeline.appends = appends;
  }

  /** The name of a file behind `operator`. */
  private target(operator: string): string {
    const name = this.skipBlanks() && !this.atSeparator() && !isReserved(this.peek(0)) ? this.word() : "";
    if (this.error.length == 0 && name.length == 0) this.error = "no name of a file after " + operator;
    return name;
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

  private takeBar(): bool {
    if (this.peek(0) != BAR) return false;
    this.at++;
    return true;
  }

  private takeSeparator(): void {
    this.afterAnd = this.peek(0) == AMPERSAND;
    if (this.at < this.line.length) this.at += this.afterAnd ? 2 : 1;
  }

  /** The error for a missing command: before what comes here, or after what came before. */
  private place(first: bool): string {
    const unit = this.peek(0);
    if (unit >= 0) return "before " + (unit == AMPERSAND ? "&&" : String.fromCharCode(unit));
    return first ? (this.afterAnd ? "after &&" : "at the end") : "after |";
  }

  private word(): string {
    this.text.clear();
    while (this.at < this.line.length && this.error.length == 0) {
      const unit = this.peek(0);
      if (isBlank(unit) || this.atSeparator()) break;
      if (unit == AMPERSAND) this.error = "the shell has no &; quote it to mean the character";
      else if (isReserved(unit)) break;
      else if (unit == QUOTE) this.quoted();
      else if (unit == DOUBLE_QUOTE) this.doubleQuoted();
      else if (unit == BACKSLASH) this.escaped();
      else if (unit == DOLLAR) this.expansion();
      else this.take();
    }
    return this.text.toString();
  }

  /** The next byte belongs to the word. */
  private take(): void {
    this.text.put(<u8>this.line.charCodeAt(this.at++));
  }

  private quoted(): void {
    const end = this.line.indexOf("'", this.at + 1);
    if (end < 0) {
      this.error = "no closing '";
      return;
    }
    this.at++;
    while (this.at < end) this.take();
    this.at++;
  }

  private doubleQuoted(): void {
    this.at++;
    while (this.at < this.line.length) {
      const unit = this.peek(0);
      if (unit == DOUBLE_QUOTE) {
        this.at++;
        return;
      }
      if (unit == DOLLAR) {
        this.expansion();
        continue;
      }
      if (unit == BACKSLASH && isEscapable(this.peek(1))) this.at++;
      this.take();
    }
    this.error = 'no closing "';
  }

  private escaped(): void {
    this.at++;
    if (this.at == this.line.length) this.error = "nothing after \\";
    else this.take();
  }

  private expansion(): void {
    if (this.peek(1) != QUESTION) return this.take();
    this.at += 2;
    this.text.append(this.status.toString());
  }
}

/** The error in a line; empty when there is none. */
export function checkLine(line: string): string {
  const parser = new Parser(line, 0);
  while (parser.next() !== null) {}
  return parser.error;
}

function redirects(pipeline: Pipeline): bool {
  return pipeline.input !== null || pipeline.output !== null;
}

function isBlank(unit: i32): bool {
  return unit == 0x20 || unit == 0x09 || unit == 0x0d;
}

/** In double quotes, a backslash escapes only these. */
function isEscapable(unit: i32): bool {
  return unit == DOUBLE_QUOTE || unit == BACKSLASH || unit == DOLLAR;
}

/** What ends an unquoted word, besides blanks and separators. */
function isReserved(unit: i32): bool {
  return unit == BAR || unit == LESS || unit == GREATER || unit == AMPERSAND;
}
