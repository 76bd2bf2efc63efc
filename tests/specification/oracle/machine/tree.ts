/*
 * Writes a flattened device tree (Devicetree Specification 0.4, version 17), big endian:
 *
 *     0  header, 40 bytes
 *    40  memory reservations: one empty entry, 16 bytes
 *    56  structure block: tokens, node names, properties
 *        strings block: the names of the properties
 */

const MAGIC = 0xd00dfeed;
const VERSION = 17;
const OLDEST_COMPATIBLE = 16;
const HEADER_SIZE = 40;
const RESERVATIONS_SIZE = 16;

const TOKEN_BEGIN = 1;
const TOKEN_END = 2;
const TOKEN_PROPERTY = 3;
const TOKEN_LAST = 9;

/** A property: text, a list of 32-bit cells, or nothing for an empty one. */
export type Value = string | readonly number[] | null;

/** A node of the tree. */
export interface Node {
  readonly name: string;
  readonly properties: Readonly<Record<string, Value>>;
  readonly children?: readonly Node[];
}

/** An address or a size as two 32-bit cells, high half first. */
export function cells64(value: number): [number, number] {
  return [Math.floor(value / 2 ** 32), value >>> 0];
}

/** The packed device tree of `root`, whose name is empty. */
export function writeDeviceTree(root: Node): Uint8Array {
  const strings = new Map<string, number>();
  const structure = Buffer.concat([...nodeBytes(root, strings), word(TOKEN_LAST)]);
  const names = Buffer.concat([...strings.keys()].map(text));
  const structureAt = HEADER_SIZE + RESERVATIONS_SIZE;
  const namesAt = structureAt + structure.length;
  const total = namesAt + names.length;
  const header = [MAGIC, total, structureAt, namesAt, HEADER_SIZE, VERSION, OLDEST_COMPATIBLE, 0];
  return Buffer.concat([
    ...[...header, names.length, structure.length].map(word),
    Buffer.alloc(RESERVATIONS_SIZE),
    structure,
    names,
  ]);
}

function* nodeBytes(node: Node, strings: Map<string, number>): Generator<Buffer> {
  yield word(TOKEN_BEGIN);
  yield padded(text(node.name));
  for (const [name, value] of Object.entries(node.properties)) {
    const bytes = valueBytes(value);
    yield word(TOKEN_PROPERTY);
    yield word(bytes.length);
    yield word(nameOffset(name, strings));
    yield padded(bytes);
  }
  for (const child of node.children ?? []) yield* nodeBytes(child, strings);
  yield word(TOKEN_END);
}

function valueBytes(value: Value): Buffer {
  if (value === null) return Buffer.alloc(0);
  return typeof value === "string" ? text(value) : Buffer.concat(value.map(word));
}

/** Each property name is in the strings block once, at the sum of the lengths before it. */
function nameOffset(name: string, strings: Map<string, number>): number {
  const known = strings.get(name);
  if (known !== undefined) return known;
  let offset = 0;
  for (const other of strings.keys()) offset += text(other).length;
  strings.set(name, offset);
  return offset;
}

function word(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
}

function text(value: string): Buffer {
  return Buffer.from(`${value}\0`, "utf8");
}

function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc(-bytes.length & 3)]);
}
