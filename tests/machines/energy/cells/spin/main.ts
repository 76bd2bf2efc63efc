/*
 * A loop without a call. Its state is in memory, so that no compiler optimises it away.
 */
export function main(args: string[]): i32 {
  const at = memory.data(8);
  while (true) store<u64>(at, load<u64>(at) + 1);
}
