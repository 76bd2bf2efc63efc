/*
 * The form of a result: a line NAME NANOSECONDS COUNT.
 */
import { console } from "rumpk";

/** Reports that `count` repetitions of `name` took `nanoseconds`. */
export function report(name: string, nanoseconds: i64, count: i64): void {
  console.log(name + " " + nanoseconds.toString() + " " + count.toString());
}
