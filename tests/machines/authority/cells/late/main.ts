/*
 * Ends with a distinctive status.
 */
export function main(args: string[]): i32 {
  return 7;
}
