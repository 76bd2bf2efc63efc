/*
 * Ends at once.
 */
export function main(args: string[]): i32 {
  return 0;
}
