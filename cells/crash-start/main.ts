/*
 * A module whose start function traps: top-level code runs when the instance is made, as cell code, so
 * this is a fault like any other.
 */

unreachable();

export function main(args: string[]): i32 {
  return 0;
}
