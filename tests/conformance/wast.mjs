/*
 * Reads the scripts of the WebAssembly test suite (.wast): modules, and assertions about them. It only finds where each
 * form begins and ends, and passes on the text of modules and constants unchanged.
 *
 *   { kind: "module", text, id }
 *   { kind: "invoke" | "trap" | "return" | "exhaustion", id, name, args: [text], results: [text], message }
 *   { kind: "trap-module", text, message }        a module whose instantiation traps
 *   { kind: "register", id, as }                  from now on the module (the last one without an id) can be imported
 *                                                 as `as`
 *   { kind: "get", id, name, results: [text] }    an exported global has this value
 *   { kind: "other", form }                       anything else, by the form's first word
 */

/** The top-level forms of a script. */
export function readScript(text) {
  return parse(text).map((form) => command(text, form));
}

/** Nested lists: { at, end, items } for a form, { at, end, atom } for a word, { at, end, string } for a string. */
function parse(text) {
  const root = { items: [] };
  const open = [root];
  const token = /;;[^\n]*|\(;|"(?:[^"\\]|\\[\s\S])*"|[()]|[^\s()";]+/g;
  for (let match; (match = token.exec(text));) {
    const [word] = match;
    if (word.startsWith(";;")) continue;
    if (word === "(;") token.lastIndex = endOfComment(text, match.index);
    else if (word === "(") {
      const form = { at: match.index, items: [] };
      open.at(-1).items.push(form);
      open.push(form);
    } else if (word === ")") open.pop().end = match.index + 1;
    else open.at(-1).items.push({ at: match.index, end: token.lastIndex, [word[0] === '"' ? "string" : "atom"]: word });
  }
  return root.items;
}

/** Block comments nest. */
function endOfComment(text, start) {
  const mark = /\(;|;\)/g;
  mark.lastIndex = start;
  for (let depth = 0, match; (match = mark.exec(text));) {
    depth += match[0] === "(;" ? 1 : -1;
    if (depth === 0) return mark.lastIndex;
  }
  return text.length;
}

function command(text, form) {
  const [head, first, second] = form.items;
  const source = ({ at, end }) => text.slice(at, end);
  if (head.atom === "module")
    return { kind: "module", text: source(form), id: first?.atom?.startsWith("$") ? first.atom : null };
  if (head.atom === "register") return { kind: "register", as: first.string.slice(1, -1), id: second?.atom ?? null };
  if (head.atom === "invoke") return { kind: "invoke", ...invocation(form, source), results: [] };
  const kind = { assert_trap: "trap", assert_return: "return", assert_exhaustion: "exhaustion" }[head.atom];
  if (!kind) return { kind: "other", form: head.atom };
  const message = (kind === "return" ? "" : (second?.string ?? '""')).slice(1, -1);
  const target = first.items[0].atom;
  if (target === "module")
    return { kind: kind === "trap" ? "trap-module" : "other", form: head.atom, text: source(first), message };
  if (target === "get" && kind === "return")
    return { ...invocation(first, source), kind: "get", results: form.items.slice(2).map(source) };
  if (target !== "invoke") return { kind: "other", form: head.atom };
  const results = kind === "return" ? form.items.slice(2).map(source) : [];
  return { kind, ...invocation(first, source), results, message };
}

function invocation({ items }, source) {
  const id = items[1].atom ?? null;
  const [name, ...args] = items.slice(id ? 2 : 1);
  return { id, name: name.string, args: args.map(source) };
}
