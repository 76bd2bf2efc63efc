/*
 * The form of a result: NAME NANOSECONDS COUNT, a line.
 */
import { console } from "rumpk";

/** `count` times the thing `name` took `nanoseconds`. */
export function report(name: string, nanoseconds: i64, count: i64): void {
  console.log(name + " " + nanoseconds.toString() + " " + count.toString());
}
