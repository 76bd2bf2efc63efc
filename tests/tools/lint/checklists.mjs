/*
 * The checklists of docs/contributing.md: tables of files, by the thing to add. A row whose text begins with "if" does
 * not apply to every such thing. In file names NAME stands for the thing, other words in capitals for any name.
 */

/** Checklists by title: rows of { file, always }. */
export function checklistsIn(page) {
  const sections = page
    .split(/^## /m)
    .find((section) => section.startsWith("Checklists"))
    .split(/^### /m)
    .slice(1);
  return new Map(sections.map((section) => [section.split("\n", 1)[0], rowsIn(section)]));
}

function rowsIn(section) {
  const rows = [...section.matchAll(/^\| `([^`]+)` \| (.*) \|$/gm)];
  return rows.map(([, file, what]) => ({ file, always: !what.startsWith("if ") }));
}

/** What a row's file can be for the thing `name`. */
function patternOf(file, name) {
  const plain = file.replaceAll(".", "\\.").replaceAll("NAME", name);
  return new RegExp(`^${plain.replace(/[A-Z]{3,}/g, "[\\w.-]+")}$`);
}

/**
 * What is wrong with a checklist for one thing, which appears in `files`: files that no row names, and rows that apply
 * to every thing and match none of the files that no plainer row names.
 */
export function wrongWith(rows, name, files) {
  const patterns = rows.map(({ file, always }) => ({ file, always, pattern: patternOf(file, name) }));
  const unnamed = files.filter((file) => !patterns.some(({ pattern }) => pattern.test(file)));
  const exact = new Set(rows.map(({ file }) => file.replaceAll("NAME", name)));
  const unused = patterns.filter(({ file, always, pattern }) => {
    const isPlain = !/[A-Z]{3,}/.test(file.replaceAll("NAME", ""));
    return always && !files.some((each) => pattern.test(each) && (isPlain || !exact.has(each)));
  });
  return [
    ...unnamed.map((file) => `${name}: ${file} is on no row`),
    ...unused.map(({ file }) => `${name}: nothing is at ${file}`),
  ];
}
