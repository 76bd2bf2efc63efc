/*
 * A loop without a call. Its state lies in memory, so that no compiler takes it for nothing.
 */
export function main(args: string[]): i32 {
  const at = memory.data(8);
  while (true) store<u64>(at, load<u64>(at) + 1);
}
