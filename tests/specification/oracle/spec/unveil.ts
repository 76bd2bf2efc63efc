/*
 * unveil: which paths a cell sees. A view is a function from canonical paths to rights. At first a cell sees what its
 * parent saw when it was spawned; the first path it lists hides everything that is not listed. The longest listed path
 * that equals the requested one or is above it, by components, decides; nothing becomes visible that the base does not
 * allow.
 */
import { EINVAL, ENAMETOOLONG, EPERM, PATH_MAX, UNVEIL_ALL, UNVEIL_BELOW } from "../../../../host/abi.js";
import { answers, problem, unless, type Outcome, type Problem } from "./outcome.js";
import type { Cell, Veil } from "./world.js";

/** The view of a cell from which nothing is hidden. */
export const allVisible: Veil = { base: { listed: [], at: () => UNVEIL_ALL }, own: null, locked: false };

/** The view of a new instance: what its parent gave. */
export function restarted(veil: Veil): Veil {
  return { base: veil.base, own: null, locked: false };
}

/** The view of a child: what its parent sees now, whatever the parent does later. */
export function inherited(parent: Veil): Veil {
  const listed = [...parent.base.listed, ...(parent.own?.keys() ?? [])];
  return { base: { listed, at: (path) => rightsAt(parent, path) }, own: null, locked: false };
}

/** Whether a path is absolute, with no empty, "." or ".." component, no NUL and no "/" at its end. */
export function isCanonical(path: string): boolean {
  if (path === "/") return true;
  if (!path.startsWith("/") || path.includes("\0")) return false;
  return path
    .slice(1)
    .split("/")
    .every((name) => name !== "" && name !== "." && name !== "..");
}

const parts = (path: string) => (path === "/" ? [] : path.slice(1).split("/"));

/** Whether `above` is `path` or a directory above it. */
function isAbove(above: string, path: string): boolean {
  const [upper, lower] = [parts(above), parts(path)];
  return upper.length <= lower.length && upper.every((name, n) => name === lower[n]);
}

/** The rights at a canonical path. */
export function rightsAt({ base, own }: Veil, path: string): number {
  const allowed = base.at(path);
  if (own === null) return allowed;
  const above = [...own.keys()].filter((each) => isAbove(each, path));
  const longest = above.sort((one, other) => parts(other).length - parts(one).length)[0];
  return longest === undefined ? 0 : allowed & (own.get(longest) as number);
}

/**
 * The result of UNVEIL_OF: the rights, and whether something below was listed; for a hidden path, whether something
 * below can be seen.
 */
export function seenAt(veil: Veil, path: string): number {
  const rights = rightsAt(veil, path);
  const listed = [...veil.base.listed, ...(veil.own?.keys() ?? [])];
  const below = listed.filter((each) => each !== path && isAbove(path, each));
  if (rights !== 0) return below.length > 0 ? rights | UNVEIL_BELOW : rights;
  return below.some((each) => rightsAt(veil, each) !== 0) ? UNVEIL_BELOW : 0;
}

/** What is wrong with a path argument. */
export function pathProblems(path: string): Problem[] {
  if (path.length > PATH_MAX) return [problem(ENAMETOOLONG)];
  return isCanonical(path) ? [] : [problem(EINVAL)];
}

/** unveil(path, rights). `changed` is called when the view shrinks or the list starts. */
export function unveil(cell: Cell, path: string, rights: number, changed: () => void): Outcome[] {
  const { veil } = cell;
  if (veil.locked) return unless([problem(EPERM)], () => []);
  if (path === "") return [answers(0, () => void (cell.veil = { ...veil, locked: true }))];
  const problems = pathProblems(path);
  if ((rights & ~UNVEIL_ALL) !== 0) problems.push(problem(EINVAL));
  else if (problems.length === 0 && widens(veil, path, rights)) problems.push(problem(EPERM));
  return unless(problems, () => [
    answers(0, () => {
      cell.veil = { ...veil, own: new Map([...(veil.own ?? []), [path, rights]]) };
      changed();
    }),
  ]);
}

/** Whether a listing asks for more than the parent gave, or more than an earlier listing of the same path. */
function widens({ base, own }: Veil, path: string, rights: number): boolean {
  return (rights & ~base.at(path)) !== 0 || (rights & ~(own?.get(path) ?? UNVEIL_ALL)) !== 0;
}
