/*
 * A running program, from its start to its status. join says how it ended: with its own status, or with a fault, which
 * the user is told together with its location where known.
 */

import { CellState, Child, Grant, causeText, errorText, spawn } from "rumpk";
import { EMFILE, ENOBUFS, ENOENT, ENOMEM, ETIMEDOUT } from "rumpk/abi";
import { join } from "rumpk/raw";
import { encode } from "./bytes";
import { CANNOT_START, FAILED, FAULT, OK, UNKNOWN, complain } from "./output";
import { Program } from "./programs";

/** A deadline that has passed: join does not wait. */
const PAST: i64 = 0;

export class Job {
  /** Status of the program, once it has ended. */
  status: i32 = OK;
  /** It has ended, or never started. */
  ended: bool = false;
  private readonly child: Child;

  /** Starts the program; prints an error when that fails. */
  constructor(
    private readonly program: Program,
    grants: Grant[],
  ) {
    const child = spawn(program.cell, program.args, grants, program.promises);
    this.child = child;
    if (child.error < 0) {
      this.ended = true;
      this.status = refused(program.cell, child.error);
    }
  }

  /** False when it never started. */
  get started(): bool {
    return this.child.error == 0;
  }

  /** Looks whether it has ended. */
  look(): void {
    if (this.ended) return;
    const result = join(this.child.slot, PAST);
    if (result == ETIMEDOUT) return;
    this.ended = true;
    if (result < 0) {
      complain(this.program.name + ": " + errorText(<i32>result));
      this.status = FAILED;
    } else this.status = this.statusOf(<i32>result, <u32>(result >> 32));
  }

  /** Ends it; nothing is said about it. */
  kill(): void {
    if (this.ended) return;
    this.child.kill();
    this.ended = true;
  }

  /** Forgets it, once it has ended. */
  close(): void {
    if (this.started) this.child.close();
  }

  private statusOf(status: i32, cause: u32): i32 {
    if (cause == 0) return status & 0xff;
    const state = new CellState();
    const where = state.read(this.child.slot) ? encode(state.where) : "";
    complain(this.program.name + ": " + causeText(cause) + (where.length > 0 ? " in " + where : ""));
    return FAULT + <i32>cause;
  }
}

/** Prints why a cell did not start. Returns the status for that. */
function refused(cell: string, error: i32): i32 {
  const name = encode(cell);
  if (error == ENOENT) {
    complain("nipbox: no such cell: " + name);
    return UNKNOWN;
  }
  complain("nipbox: cannot start " + name + ": " + reasonOf(error));
  return CANNOT_START;
}

/** What an errno of spawn means, where errorText is too general. */
function reasonOf(error: i32): string {
  if (error == ENOBUFS) return "the kernel has no room for another cell";
  if (error == EMFILE) return "no slot is free for it, here or at a server that it needs";
  if (error == ENOMEM) return "no memory for another cell";
  return errorText(error);
}
