/*
 * Runs jobs in parallel, as many as the machine has cores, and shows the progress of the build on a terminal.
 */
import { availableParallelism } from "node:os";

const limit = Math.max(2, availableParallelism());
let running = 0;
const waiting: (() => void)[] = [];

/** Runs `work` as soon as a slot is free. */
export async function job<T>(label: string, work: () => Promise<T>): Promise<T> {
  while (running >= limit) await new Promise<void>((resolve) => waiting.push(resolve));
  running++;
  progress(label);
  try {
    return await work();
  } finally {
    running--;
    waiting.shift()?.();
  }
}

/** Waits for all, and throws the first error only after all have ended, so that nothing keeps running afterwards. */
export async function all<T>(promises: Promise<T>[]): Promise<T[]> {
  const results = await Promise.allSettled(promises);
  const failed = results.find((result) => result.status === "rejected");
  if (failed) throw failed.reason;
  return results.map((result) => (result as PromiseFulfilledResult<T>).value);
}

/** One line on the terminal, overwritten by the next; nothing without a terminal. */
export function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text.slice(0, (process.stderr.columns || 80) - 1)}`);
}

/** Erases the progress line. */
export function progressEnd(): void {
  if (process.stderr.isTTY) process.stderr.write("\r\x1b[K");
}
