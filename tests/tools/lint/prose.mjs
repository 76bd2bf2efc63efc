/*
 * The prose of this repository: comments in sources and the pages of docs/. Comments and code are told apart line by
 * line, in the style of this repository: a comment starts a line, or follows two slashes at the end of one.
 *
 * `deadNames` finds names in prose that nothing has: files and folders that do not exist, and words that look like
 * identifiers (with a capital or an underscore inside) but are in no code. `wideLines` finds lines that are too long.
 */
import { dirname, posix } from "node:path";

/** Maximum columns of a line, except for tables and code in pages. */
export const WIDTH = 120;

const STARTS = { block: /^\s*(?:\/\*|\(;)/, line: /^\s*(?:\/\/|#(?![a-z!]|$)|;;)/, ends: /\*\/|;\)/ };
/** A comment after code; not the slashes of a URL. */
const BEHIND = /(?<=[;,{})\]]\s*)\/\/ .*$/;

/** The lines of a text as { text, number, prose: the comment in it, code: the rest }. */
export function linesOf(path, text) {
  const isPage = path.endsWith(".md");
  let inside = false;
  return text.split("\n").map((line, index) => {
    const begins = !inside && STARTS.block.test(line);
    const whole = isPage || inside || begins || STARTS.line.test(line);
    if (begins || inside) inside = !STARTS.ends.test(line);
    const prose = whole ? line : (line.match(BEHIND)?.[0] ?? "");
    return { text: line, number: index + 1, prose, code: line.slice(0, line.length - prose.length) };
  });
}

/** Lines of prose longer than WIDTH in one file: all comments; in a page, all but table rows and code. */
export function wideLines(path, text) {
  let fenced = false;
  const wide = [];
  for (const line of linesOf(path, text)) {
    if (path.endsWith(".md") && line.text.startsWith("```")) fenced = !fenced;
    const free = path.endsWith(".md") && (fenced || line.text.startsWith("|"));
    if (line.prose && !free && line.text.length > WIDTH) wide.push(`${path}:${line.number}`);
  }
  return wide;
}

/** Words that a native writer of English would not use here. */
const STILTED = /\b(?:whoever|anew|go(?:es)? off|(?:is|are) to be done)\b/i;

/** Lines of prose with such words. */
export const stiltedLines = (path, text) =>
  linesOf(path, text)
    .filter(({ prose }) => STILTED.test(prose))
    .map(({ number }) => `${path}:${number}`);

/**
 * What can be named: `words` in all code and file names, `paths` of files and folders, `ends` of those paths from any
 * folder on.
 */
export function namesOf(files) {
  const [words, paths, ends] = [new Set(), new Set(), new Set()];
  for (const [path, text] of files) {
    for (let at = path; at !== "."; at = dirname(at)) paths.add(at);
    for (const word of path.match(/\w+/g)) words.add(word);
    for (const { code } of linesOf(path, text)) for (const [word] of code.matchAll(WORD)) words.add(word);
  }
  for (const path of paths) {
    const parts = path.split("/");
    for (const index of parts.keys()) ends.add(parts.slice(index).join("/"));
  }
  return { words, paths, ends };
}

const WORD = /(?<![\w$])[A-Za-z_]\w*/g;
/** Words that look like code: with a capital or an underscore inside, or followed by the parentheses of a call. */
const SHAPED = /(?<![\w$])(?=[A-Za-z_])(?:\w*[a-z][A-Z]\w*|[A-Za-z]\w*_\w*|_\w+|[a-z]\w*(?=\(\)))/g;
const PATH = /(?<![\w/.~$*-])(?:\.{1,2}\/)*[\w@-][\w.@-]*(?:\/[\w.@*-]+)*/g;
const ROOTED = /^(?:assembly|bench|boot|cells|docs|hal|host|libraries|systems|tests|tools)\//;
const FILE = /\.(?:c|go|h|js|json|kdl|md|mjs|pml|rs|S|toml|ts|wat)$/;
/**
 * NAME and the like are placeholders; build results are not committed, but are compiled from host/.
 */
const isExample = (path) => /(?:^|\/)(?:[A-Z]{3,}\b|\*)/.test(path) || /^build\/(?!host\/)/.test(path);

/**
 * Whether code has the word or its singular; a word with an underscore at an end, or with _NAME, may be a part.
 */
function hasWord(words, text) {
  const word = text.replace(/(?<=_)NAME$/, "");
  if (words.has(word) || words.has(word.replace(/s$/, ""))) return true;
  if (word.endsWith("_")) return [...words].some((each) => each.startsWith(word));
  return word.startsWith("_") && [...words].some((each) => each.endsWith(word));
}

/** Whether the file or folder exists: from the root, from the file that names it, or below some folder. */
function hasPath({ paths, ends }, from, name) {
  const source = name.replace(/^build\/host\/(.*)\.js$/, "host/$1.ts");
  if (paths.has(posix.normalize(posix.join(dirname(from), source)))) return true;
  const end = source.replace(/^(?:\.\.?\/)+/, "");
  if (end.includes("*")) {
    const pattern = new RegExp(`^${end.replaceAll(".", "\\.").replaceAll("*", "[^/]*")}$`);
    return [...paths].some((each) => pattern.test(each));
  }
  return [end, `${end}.ts`, `${end}.c`].some((each) => ends.has(each));
}

/**
 * Names in a file's prose that nothing has, as "path:line: name". `foreign` are words and files that belong to
 * something else.
 */
export function deadNames(path, text, names, foreign = new Set()) {
  const dead = [];
  for (const { prose, number } of linesOf(path, text)) {
    const wrong = [...prose.matchAll(SHAPED)].filter(([word]) => !hasWord(names.words, word));
    for (const [found] of prose.matchAll(PATH)) {
      const name = found.replace(/[./]+$/, "");
      const isOurs = (FILE.test(name) || ROOTED.test(name)) && !isExample(name);
      if (isOurs && !hasPath(names, path, name)) wrong.push([name]);
    }
    for (const [name] of wrong) if (!foreign.has(name)) dead.push(`${path}:${number}: ${name}`);
  }
  return dead;
}
