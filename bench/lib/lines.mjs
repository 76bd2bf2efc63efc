/*
 * The lines that the programs of the bench print: NAME NANOSECONDS COUNT [CHECK].
 */

/** Name to { time, count, check } for every such line. */
export function readLines(text) {
  const found = {};
  for (const [, name, time, count, check] of text.matchAll(/^(\w+) (\d+) (\d+)(?: (\d+))?\r?$/gm)) {
    found[name] = { time: Number(time), count: Number(count), check };
  }
  return found;
}

/** The time of one repetition, for each line. */
export function perOne(lines) {
  return Object.fromEntries(Object.entries(lines).map(([name, { time, count }]) => [name, time / count]));
}

/** The lines of the cells micro and micro-gc, in this order in the output, each after the cell's name. */
export function readMicro(text) {
  const [plain = "", collected = ""] = text.split(/^micro-gc\r?$/m);
  return { plain: readLines(plain), collected: readLines(collected) };
}

/** Throws unless both ran the same programs with the same results. */
export function sameChecks(what, one, other) {
  const names = Object.keys(other);
  if (names.length === 0) throw new Error(`${what}: nothing was measured`);
  for (const name of names) {
    if (one[name]?.check !== other[name].check || one[name].count !== other[name].count) {
      throw new Error(`${what}: ${name} gives ${one[name]?.check}, in C ${other[name].check}`);
    }
  }
}

export function geometricMean(numbers) {
  return Math.exp(numbers.reduce((sum, number) => sum + Math.log(number), 0) / numbers.length);
}

export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
