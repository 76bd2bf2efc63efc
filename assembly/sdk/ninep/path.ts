/*
 * Paths of files: names between slashes, always from the root; there is no current directory.
 */

/** The names of `path`, without empty ones, "." and ".." resolved; ".." at the root stays there. */
export function splitPath(path: string): string[] {
  const names: string[] = [];
  const parts = path.split("/");
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i];
    if (part.length == 0 || part == ".") continue;
    if (part != "..") names.push(part);
    else if (names.length > 0) names.pop();
  }
  return names;
}
