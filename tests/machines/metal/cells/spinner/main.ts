/*
 * A loop without a call: only the timer can end its turn. It computes in floating point, so that a preemption that
 * loses those registers shows up.
 */
export function main(args: string[]): i32 {
  let sum: f64 = 0;
  let term: f64 = 1;
  while (true) {
    sum += term;
    if (sum - term + 1.0 != sum - term + 1.0) unreachable();
    term = -term;
    if (sum != 0 && sum != 1) unreachable();
  }
}
