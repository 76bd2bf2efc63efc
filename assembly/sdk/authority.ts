/*
 * A cell's authority over itself: what it promises to use, which paths it sees, and what it leaves for its
 * next instance. All of it only shrinks, and children never get more than their parent has.
 *
 *   pledge(PROMISE_STDIO | PROMISE_RPATH);    // from now on: console, and reading files; else the cell dies
 *   unveil("/sysro/etc", "r");                // from now on: nothing is there but /sysro/etc
 *   lockUnveil();                             // and nothing can be added
 *
 * The promises are PROMISE_... of "rumpk/abi". Results are 0 or a negative errno: -EPERM is the answer to
 * a cell that asks for more than it has.
 */

import { checkpoint as saveRange, meta, pledge as pledgeBits, unveil as unveilRange } from "./raw";
import { META_PROMISES, META_RESTORE } from "../abi/calls";
import { SPECTRUM_SHIFT } from "../abi/promise";
import { EINVAL } from "../abi/errno";
import { UNVEIL_CREATE, UNVEIL_EXEC, UNVEIL_READ, UNVEIL_WRITE } from "../abi/unveil";
import { CHECKPOINT_MAX } from "../abi/checkpoint";
import { splitPath } from "./ninep/path";
import { encodeText } from "./text";

/** META_PROMISES returns the spectrum one bit lower than pledge takes it, so that the result is not negative. */
const ANSWER_SHIFT: u32 = SPECTRUM_SHIFT - 1;
const ANSWER_BITS: u64 = (1 << ANSWER_SHIFT) - 1;

/** The cell's promises: what it may use. */
export function promises(): u64 {
  return (<u64>meta(META_PROMISES, 0, 0, 0)) & ANSWER_BITS;
}

/** The spectrum that the cell belongs to: SPECTRUM_... */
export function spectrum(): u32 {
  return <u32>(meta(META_PROMISES, 0, 0, 0) >> ANSWER_SHIFT);
}

/** Keeps only the promises in `wanted`, for good: 0, or -EPERM when it lacked some of them. The spectrum stays. */
export function pledge(wanted: u64): i32 {
  return <i32>pledgeBits(wanted | ((<u64>spectrum()) << SPECTRUM_SHIFT));
}

/** Gives up the promises in `unwanted` for good; PROMISE_DEVICE unmaps the device at once. */
export function giveUp(unwanted: u64): i32 {
  return pledge(promises() & ~unwanted);
}

/** Moves to a lower spectrum (SPECTRUM_...) for good. */
export function demote(lower: u32): i32 {
  return <i32>pledgeBits(promises() | ((<u64>lower) << SPECTRUM_SHIFT));
}

/**
 * Lets the cell see `path` and what is below it, with `rights`: letters of "rwxc" for read, write, execute, create and
 * remove. The first call hides all other paths; when several entries cover a path, the longest counts. -EPERM after
 * lockUnveil, for rights that the parent lacks, and for more rights than the same path had before.
 */
export function unveil(path: string, rights: string): i32 {
  const bits = rightsOf(rights);
  if (bits < 0) return bits;
  const bytes = encodeText("/" + splitPath(path).join("/"));
  return <i32>unveilRange(changetype<usize>(bytes), bytes.byteLength, bits);
}

/** Nothing is unveiled any more. */
export function lockUnveil(): i32 {
  return <i32>unveilRange(0, 0, 0);
}

function rightsOf(letters: string): i32 {
  let bits: u32 = 0;
  for (let i = 0; i < letters.length; i++) {
    const letter = letters.charAt(i);
    if (letter == "r") bits |= UNVEIL_READ;
    else if (letter == "w") bits |= UNVEIL_WRITE;
    else if (letter == "x") bits |= UNVEIL_EXEC;
    else if (letter == "c") bits |= UNVEIL_CREATE;
    else return EINVAL;
  }
  return bits;
}

/**
 * Leaves `state`, at most CHECKPOINT_MAX bytes, for the cell's next instance; it replaces what was left before. It is
 * kept whole or not at all, however the cell ends, and is dropped when the cell ends for good.
 */
export function checkpoint(state: Uint8Array): i32 {
  return <i32>saveRange(state.dataStart, state.byteLength);
}

/** What the previous instance left last; null when it left nothing, and at the first start. */
export function restore(): Uint8Array | null {
  const state = new Uint8Array(CHECKPOINT_MAX);
  const length = <i32>meta(META_RESTORE, state.dataStart, state.byteLength, 0);
  return length < 0 ? null : state.slice(0, length);
}
