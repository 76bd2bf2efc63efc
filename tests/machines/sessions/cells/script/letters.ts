/*
 * Counts letters, in a separate file to show that a cell can have several.
 */

/** How often each letter occurs in `text`. */
export function letters(text: string): Map<string, i32> {
  const counts = new Map<string, i32>();
  for (let i = 0; i < text.length; i++) {
    const letter = text.charAt(i);
    counts.set(letter, counts.has(letter) ? counts.get(letter) + 1 : 1);
  }
  return counts;
}
