/*
 * Checks KDL documents against a shape. A shape says which nodes may appear where, with which arguments and properties,
 * so that the readers of manifests and systems only convert valid values into numbers. Every error is
 * `file:line:column: message`.
 */
import { readFileSync } from "node:fs";

import { Document, Entry, InvalidKdlError, Node, getLocation, parse } from "@bgotink/kdl";

import { UserError } from "../errors.js";
import { shown } from "../paths.js";

export type ValueType = "string" | "number" | "boolean";

/** What a node may contain. */
export interface Shape {
  /** Types of the arguments, in order. */
  arguments?: ValueType[];
  /** Type of any further arguments. */
  rest?: ValueType;
  properties?: Record<string, ValueType>;
  children?: Shapes;
  /** The node may appear more than once. */
  repeats?: boolean;
  /** The node is required. */
  required?: boolean;
}

export type Shapes = Record<string, Shape>;

/** A parsed file that matches its shapes. */
export interface Source {
  path: string;
  document: Document;
}

/** Reads, parses and checks a file. */
export function readKdl(path: string, shapes: Shapes): Source {
  const text = textOf(path);
  const source = { path, document: parseText(path, text) };
  checkNodes(source, source.document, shapes, `${shown(path)}:1:1`);
  return source;
}

function textOf(path: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch {
    throw new UserError(`${shown(path)}: no such file`);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new UserError(`${shown(path)}:${placeOfGarbage(bytes)}: not UTF-8`);
  }
}

/**
 * `line:column` of the first bytes that are not UTF-8: a lenient decoder replaces them with U+FFFD, which may also be
 * in the file itself.
 */
function placeOfGarbage(bytes: Buffer): string {
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  const isGarbage = (at: number) => {
    const start = Buffer.byteLength(text.slice(0, at));
    return !bytes.subarray(start).toString("latin1").startsWith("\u00ef\u00bf\u00bd");
  };
  let at = text.indexOf("\ufffd");
  while (!isGarbage(at)) at = text.indexOf("\ufffd", at + 1);
  const lines = text.slice(0, at).split("\n");
  return `${lines.length}:${lines.at(-1)!.length + 1}`;
}

function parseText(path: string, text: string): Document {
  try {
    return parse(text, { storeLocations: true });
  } catch (error) {
    if (!(error instanceof InvalidKdlError)) throw error;
    const first = [...error.flat()][0] ?? error;
    const start = first.start ?? first.token?.start;
    const place = start ? `${shown(path)}:${start.line}:${start.column}` : shown(path);
    throw new UserError(`${place}: ${first.message.split("\n")[0]!.replace(/ at \d+:\d+$/, "")}`);
  }
}

/** The error for a position in a file. */
export function errorAt(source: Source, element: Node | Entry, message: string): UserError {
  const start = getLocation(element)?.start;
  return new UserError(`${shown(source.path)}:${start?.line ?? 1}:${start?.column ?? 1}: ${message}`);
}

function checkNodes(source: Source, document: Document, shapes: Shapes, place: string): void {
  const seen = new Set<string>();
  for (const node of document.nodes) {
    const name = node.getName();
    const shape = Object.hasOwn(shapes, name) ? shapes[name] : undefined;
    if (!shape) throw errorAt(source, node, `unknown node "${name}"; known: ${known(shapes)}`);
    if (seen.has(name) && !shape.repeats) throw errorAt(source, node, `"${name}" stands here twice`);
    seen.add(name);
    checkNode(source, node, shape);
  }
  for (const [name, shape] of Object.entries(shapes)) {
    if (shape.required && !seen.has(name)) throw new UserError(`${place}: "${name}" is missing`);
  }
}

function checkNode(source: Source, node: Node, shape: Shape): void {
  const wanted = shape.arguments ?? [];
  const given = node.getArgumentEntries();
  for (const [index, entry] of given.entries()) {
    const type = wanted[index] ?? shape.rest;
    if (!type) throw errorAt(source, entry, `"${node.getName()}" takes ${wanted.length || "no"} argument(s)`);
    checkValue(source, entry, type);
  }
  if (given.length < wanted.length) {
    throw errorAt(source, node, `"${node.getName()}" needs a ${wanted[given.length]} as argument`);
  }
  const properties = shape.properties ?? {};
  for (const entry of node.getPropertyEntries()) {
    const type = properties[entry.getName()!];
    if (!type) throw errorAt(source, entry, `unknown property "${entry.getName()}"; known: ${known(properties)}`);
    checkValue(source, entry, type);
  }
  const place = errorAt(source, node, "").message.slice(0, -2);
  if (node.children && !shape.children && node.children.nodes.length) {
    throw errorAt(source, node.children.nodes[0]!, `"${node.getName()}" has no nodes inside`);
  }
  if (shape.children) checkNodes(source, node.children ?? new Document(), shape.children, place);
}

function checkValue(source: Source, entry: Entry, type: ValueType): void {
  const value = entry.getValue();
  if (typeof value !== type) throw errorAt(source, entry, `expected a ${type}, found ${JSON.stringify(value)}`);
}

function known(names: object): string {
  return Object.keys(names).join(", ") || "none";
}
