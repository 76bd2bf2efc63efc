/*
 * Paths of files: names between slashes, from the root; the server knows no current directory.
 */

/** The names of `path`, without empty ones and with "." and ".." resolved; ".." at the root stays at the root. */
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

/** Whether a path only leads to a directory: it ends with "/" or "/.". */
export function meansDirectory(path: string): bool {
  return path.endsWith("/") || path.endsWith("/.");
}

/** The path from the root that `path` means in the directory `current`; "", which is no path, stays "". */
export function pathFrom(current: string, path: string): string {
  return path.length == 0 || path.startsWith("/") ? path : current + "/" + path;
}
