/*
 * Starts itself as often as it can, and keeps trying when it cannot; so does each of its children.
 */
import { spawn } from "rumpk/raw";
import { SPAWN_ALL_PROMISES, SpawnSpec } from "rumpk/abi";

export function main(args: string[]): i32 {
  const spec = changetype<SpawnSpec>(memory.data(64));
  String.UTF8.encodeUnsafe(changetype<usize>("bomb"), 4, changetype<usize>(spec));
  spec.promises = SPAWN_ALL_PROMISES;
  while (true) spawn(changetype<usize>(spec), offsetof<SpawnSpec>());
}
