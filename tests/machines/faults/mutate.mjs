/*
 * Mutants: copies of a module with one small mistake, such as a programmer's slip or a flipped bit. An operator, a
 * constant, a condition or the static address of a load or store is changed. A mutant is a valid module that the build
 * would accept. The same seed makes the same mutants.
 */
import { checkInstructions } from "../../../build/host/pipeline/wasm/check.js";
import { functionBodies, eachInstruction } from "../../../build/host/pipeline/wasm/opcodes.js";
import { sectionsOf, unsignedBytes, withSections } from "../../../build/host/pipeline/wasm/reader.js";

const SECTION_CODE = 10;
const I32_EQZ = 0x45;
/** Operators that can replace each other: first and last opcode. */
const FAMILIES = [
  [0x46, 0x4f],
  [0x51, 0x5a],
  [0x6a, 0x78],
  [0x7c, 0x8a],
  [0x28, 0x28],
  [0x2c, 0x2f],
  [0x36, 0x36],
  [0x3a, 0x3b],
];
const INTERESTING = [0, 1, -1, 2 ** 31 - 1, -(2 ** 31), 65535, 65536, 0x7fff0000];

/** Numbers from 0 to 2^32 - 1, the same for the same seed (Marsaglia's xorshift). */
export function randomNumbers(seed) {
  let state = seed >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>>= 0);
  };
}

/** A mutant of a module, and a description of the change. */
export function mutate(bytes, random) {
  const section = sectionsOf(bytes).find(({ id }) => id === SECTION_CODE);
  const bodies = functionBodies(bytes, section);
  while (true) {
    const which = random() % bodies.length;
    const change = changeIn(bytes, bodies[which], random);
    if (!change) continue;
    const mutant = withChange(bytes, bodies, which, change);
    if (isCell(mutant)) return { bytes: mutant, what: `function ${which}, byte ${change.at}: ${change.what}` };
  }
}

function isCell(bytes) {
  if (!WebAssembly.validate(bytes)) return false;
  try {
    checkInstructions("mutant", bytes);
    return true;
  } catch {
    return false;
  }
}

/**
 * A change at a random instruction of a body: { at, end, bytes, what }; null when there is no change for that
 * instruction.
 */
function changeIn(bytes, body, random) {
  const all = [];
  eachInstruction(bytes, body, (one) => all.push(one));
  const one = all[random() % all.length];
  const pick = (list) => list[random() % list.length];
  const tail = [...bytes.subarray(one.start + 1, one.end)];
  const change = (what, code) => ({ at: one.start, end: one.end, bytes: code, what });
  if (one.opcode === 0x41) {
    const value = pick([...INTERESTING, random() | 0, one.start]);
    return change(`i32.const ${value}`, [0x41, ...signed(value)]);
  }
  if (one.opcode === 0x0d || one.opcode === 0x04) return change("condition negated", [I32_EQZ, one.opcode, ...tail]);
  if (one.offset > 0 && one.opcode <= 0x3e) {
    const offset = random() % (2 * 1024 * 1024 - 16);
    return change(`offset ${offset}`, [one.opcode, bytes[one.start + 1], ...unsignedBytes(offset)]);
  }
  const family = FAMILIES.find(([low, high]) => one.opcode >= low && one.opcode <= high);
  if (!family) return null;
  const opcode = family[0] + (random() % (family[1] - family[0] + 1));
  return opcode === one.opcode ? null : change(`opcode 0x${opcode.toString(16)}`, [opcode, ...tail]);
}

/** A number of 32 bits as signed LEB128. */
function signed(value) {
  const out = [];
  for (let rest = value; ;) {
    const low = rest & 127;
    rest >>= 7;
    const last = (rest === 0 && !(low & 64)) || (rest === -1 && low & 64);
    out.push(last ? low : low | 128);
    if (last) return out;
  }
}

function withChange(bytes, bodies, which, { at, end, bytes: code }) {
  const parts = bodies.map((body, index) => {
    const content = bytes.subarray(body.locals, body.end);
    if (index !== which) return content;
    return Buffer.concat([bytes.subarray(body.locals, at), Uint8Array.from(code), bytes.subarray(end, body.end)]);
  });
  const sized = parts.flatMap((part) => [Uint8Array.from(unsignedBytes(part.length)), part]);
  const section = Buffer.concat([Uint8Array.from(unsignedBytes(bodies.length)), ...sized]);
  return withSections(bytes, new Map([[SECTION_CODE, new Uint8Array(section)]]));
}
