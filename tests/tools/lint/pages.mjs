/*
 * The pages of docs/ and README.md: where their links lead, which pages can be reached, and which files their tables
 * name. Pages are a map from path to text, so that a test can plant a breach.
 */
import { dirname, posix } from "node:path";

/** A link's text and its target; images too. */
const LINK = /\[[^\]]*\]\(([^)\s]+)\)/g;
const FENCED = /^```[\s\S]*?^```/gm;

/** Targets of a page's links that lead into the repository, as { path, anchor }. */
function linksOf(path, text) {
  const targets = [...text.replace(FENCED, "").matchAll(LINK)].map(([, target]) => target);
  return targets
    .filter((target) => !/^\w+:/.test(target))
    .map((target) => {
      const [file, anchor] = target.split("#");
      return { path: file ? posix.normalize(posix.join(dirname(path), file)) : path, anchor };
    });
}

/** The anchors of a page: its headings in lower case, without punctuation, with dashes for spaces. */
function anchorsOf(text) {
  const headings = [...text.replace(FENCED, "").matchAll(/^#+ (.*)$/gm)].map(([, heading]) => heading);
  return headings.map((heading) =>
    heading
      .toLowerCase()
      .replace(/[^\w\s-]/g, "")
      .trim()
      .replace(/\s/g, "-"),
  );
}

/** Links to files that do not exist according to `exists`, and to missing headings, as "page: target". */
export function brokenLinks(pages, exists) {
  const broken = [];
  for (const [page, text] of pages)
    for (const { path, anchor } of linksOf(page, text)) {
      const target = pages.get(path);
      if (!target && !exists(path)) broken.push(`${page}: ${path}`);
      else if (anchor && !(target && anchorsOf(target).includes(anchor))) broken.push(`${page}: ${path}#${anchor}`);
    }
  return broken;
}

/** Pages that no chain of links from `start` leads to. */
export function unreachable(pages, start) {
  const seen = new Set([start]);
  for (const page of seen) for (const { path } of linksOf(page, pages.get(page))) if (pages.has(path)) seen.add(path);
  return [...pages.keys()].filter((page) => !seen.has(page));
}

/**
 * Rows of a page's tables whose first cell is a file in backticks: { file, names: what the second has in backticks }.
 */
export function fileRows(text) {
  const rows = [...text.matchAll(/^\| `([^`]+)` \| ([^|]*)\|/gm)];
  return rows.map(([, file, second]) => ({ file, names: [...second.matchAll(/`([^`]+)`/g)].map(([, name]) => name) }));
}

/** Whether a source declares a function, a method or a class of this name. */
export function declares(source, name) {
  const method = `^ +(?:(?:private|static|override) )*${name}(?:<\\w+>)?\\((?:.*\\{)?$`;
  const c = `^(?:__attribute__\\(\\(\\w+\\)\\) )?[a-z][\\w *]*\\b${name}\\(.*\\{$`;
  return new RegExp(`\\b(?:function|class) ${name}\\b|${method}|${c}`, "m").test(source);
}
