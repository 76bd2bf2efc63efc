/*
 * The shell itself: parses lines, runs their pipelines, remembers the status.
 *
 * No line can end it: one with too many commands is refused whole, like one that is too long (input.ts). Garbage is
 * collected between pipelines, when everything still needed is reachable from a global (main.ts).
 */

import { leaving } from "./builtins";
import { OK, USAGE, complain } from "./output";
import { runPipeline } from "./pipeline";
import { Parser, checkLine } from "./words";

/** The current line; global, so that the collector finds it. */
let parser: Parser = new Parser("", OK);

export class Shell {
  /** Status of the last pipeline. */
  status: i32 = OK;

  /** True once `exit` was run. */
  get leaving(): bool {
    return leaving;
  }

  /** Runs the pipelines of a line. A line with an error anywhere does not run at all. */
  runLine(line: string): void {
    const error = checkLine(line);
    if (error.length > 0) {
      complain("nipbox: " + error);
      this.status = USAGE;
      return;
    }
    parser = new Parser(line, this.status);
    for (let goesOn: bool = true; goesOn; goesOn = goesOn && !leaving) {
      __collect();
      goesOn = this.runNext();
    }
  }

  /** Runs the next pipeline of the line: false when there is none. */
  private runNext(): bool {
    const pipeline = parser.next();
    if (pipeline === null) return false;
    if (!pipeline.onlyAfterSuccess || this.status == OK) this.status = runPipeline(pipeline, this.status);
    parser.status = this.status;
    return true;
  }
}
