/*
 * As much of a 9P2000.L client as it takes to read a file, as steps of a script (cell.mjs): each function is a
 * generator.
 */
const TVERSION = 100;
const TATTACH = 104;
const TWALK = 110;
const TLOPEN = 12;
const TREAD = 116;
const TREADDIR = 40;
const TCLUNK = 120;
const RLERROR = 7;
const ROOT_FID = 0;
const NOTHING = 0xffffffff;
const MESSAGE = 8188;

const u16 = (value) => Buffer.from(Uint16Array.of(value).buffer);
const u32 = (value) => Buffer.from(Uint32Array.of(value).buffer);
const u64 = (value) => Buffer.from(BigUint64Array.of(BigInt(value)).buffer);
const text = (value) => Buffer.concat([u16(Buffer.byteLength(value)), Buffer.from(value)]);

/** Sends one message and returns the fields of the answer; an Rlerror is thrown as { errno }. */
function* call(type, ...fields) {
  const body = Buffer.concat([Buffer.of(type), u16(type === TVERSION ? 0xffff : 1), ...fields]);
  const answer = yield { request: Buffer.concat([u32(body.length + 4), body]) };
  if (answer[4] === RLERROR) throw Object.assign(new Error("Rlerror"), { errno: answer.readUInt32LE(7) });
  return answer.subarray(7);
}

/** Starts a session. */
export function* attach() {
  yield* call(TVERSION, u32(MESSAGE), text("9P2000.L"));
  yield* call(TATTACH, u32(ROOT_FID), u32(NOTHING), text(""), text(""), u32(NOTHING));
}

/** Opens a file of the root as `fid`. */
export function* open(fid, name) {
  yield* call(TWALK, u32(ROOT_FID), u32(fid), u16(1), text(name));
  yield* call(TLOPEN, u32(fid), u32(0));
}

/** Reads up to `length` bytes at `offset`. */
export function* readAt(fid, offset, length) {
  const answer = yield* call(TREAD, u32(fid), u64(offset), u32(length));
  return Buffer.from(answer.subarray(4, 4 + answer.readUInt32LE(0)));
}

export function* clunk(fid) {
  yield* call(TCLUNK, u32(fid));
}

/** The whole of an open file, `part` bytes at a time. */
export function* readOpen(fid, part = 8000) {
  const parts = [];
  for (let offset = 0; ; offset += parts.at(-1).length) {
    parts.push(yield* readAt(fid, offset, part));
    if (!parts.at(-1).length) return Buffer.concat(parts);
  }
}

/** The whole of a file of the root. */
export function* readFile(name, part) {
  yield* open(9, name);
  const bytes = yield* readOpen(9, part);
  yield* clunk(9);
  return bytes;
}

/** The names in the root. */
export function* list() {
  yield* call(TWALK, u32(ROOT_FID), u32(8), u16(0));
  yield* call(TLOPEN, u32(8), u32(0));
  const answer = yield* call(TREADDIR, u32(8), u64(0), u32(4000));
  yield* clunk(8);
  const names = [];
  for (let at = 4; at < 4 + answer.readUInt32LE(0);) {
    const length = answer.readUInt16LE(at + 22);
    names.push(answer.toString("utf8", at + 24, at + 24 + length));
    at += 24 + length;
  }
  return names;
}
