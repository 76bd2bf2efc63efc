/*
 * Ends with a status of its own.
 */
export function main(args: string[]): i32 {
  return 7;
}
