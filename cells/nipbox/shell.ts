/*
 * The shell itself: takes lines apart, runs their pipelines, remembers the status.
 */

import { leaving } from "./builtins";
import { OK, USAGE, complain } from "./output";
import { runPipeline } from "./pipeline";
import { Parser, checkLine } from "./words";

export class Shell {
  /** Status of the last pipeline. */
  status: i32 = OK;

  /** True once `exit` was run. */
  get leaving(): bool {
    return leaving;
  }

  /** Runs the pipelines of a line. A line that is wrong somewhere is not run at all. */
  runLine(line: string): void {
    const error = checkLine(line);
    if (error.length > 0) {
      complain("nipbox: " + error);
      this.status = USAGE;
      return;
    }
    const parser = new Parser(line, this.status);
    for (let pipeline = parser.next(); pipeline !== null && !leaving; pipeline = parser.next()) {
      if (!pipeline.onlyAfterSuccess || this.status == OK) this.status = runPipeline(pipeline, this.status);
      parser.status = this.status;
    }
  }
}
