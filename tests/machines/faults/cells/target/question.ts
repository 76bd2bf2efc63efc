/*
 * The questions to the services of the fault campaign, and the true answers. A message is 24 bytes, little endian:
 *
 *     0  serial u32 | 4 question u32 | 8 order u32 | 12 seed of the order u32 | 16 answer u32 | 20 checksum of the rest
 *        u32
 *
 * The answer to a question depends on a table that a service makes when it starts, so that a corrupted table gives
 * wrong answers.
 */

export const MESSAGE_SIZE: i32 = 24;
export const AT_SERIAL: usize = 0;
export const AT_QUESTION: usize = 4;
export const AT_ORDER: usize = 8;
export const AT_SEED: usize = 12;
export const AT_ANSWER: usize = 16;
const AT_CHECKSUM: usize = 20;

/** Answer, and nothing else. */
export const ORDER_NONE: u32 = 0;
/** Flip bits anywhere in the cell's own memory, then answer. */
export const ORDER_MEMORY: u32 = 1;
/** Flip bits of the answer after computing its checksum. */
export const ORDER_GARBLE: u32 = 2;
/** Send messages of any length and content before the answer. */
export const ORDER_JUNK: u32 = 3;
/** Run without end. */
export const ORDER_SPIN: u32 = 4;
/** Access memory that does not exist. */
export const ORDER_FAULT: u32 = 5;
/** Do not answer. */
export const ORDER_SILENT: u32 = 6;
/** End. */
export const ORDER_EXIT: u32 = 7;
/** Run without end, with calls in between that never block: tricks.ts implements this and the following orders. */
export const ORDER_DODGE: u32 = 8;
/** Make a call that ends the caller. */
export const ORDER_KILL_SELF: u32 = 9;
/** Accuse the client, then answer. */
export const ORDER_ACCUSE: u32 = 10;
/** Give capabilities to the witness and revoke them, then answer. */
export const ORDER_REVOKE: u32 = 11;
/** Take as much as possible of everything, then answer. */
export const ORDER_HOARD: u32 = 12;
/** Answer and end, with everything open. */
export const ORDER_LEAVE: u32 = 13;
/** Number of orders. */
export const ORDERS: u32 = 14;

const WORDS: i32 = 1024;
const ROUNDS: i32 = 64;

/** The next number after `state`, which is not 0 (Marsaglia's xorshift). */
export function nextRandom(state: u32): u32 {
  let x = state;
  x ^= x << 13;
  x ^= x >>> 17;
  return x ^ (x << 5);
}

/** The table that answers depend on. */
export function makeTable(): StaticArray<u32> {
  const table = new StaticArray<u32>(WORDS);
  let random: u32 = 0x52554d50;
  for (let i = 0; i < WORDS; i++) {
    random = nextRandom(random);
    table[i] = random;
  }
  return table;
}

/** The answer to a question. */
export function answerOf(table: StaticArray<u32>, question: u32): u32 {
  let answer = question;
  for (let round = 0; round < ROUNDS; round++) answer = rotl<u32>(answer, 5) ^ table[answer & (WORDS - 1)];
  return answer;
}

function checksumOf(message: usize): u32 {
  let sum: u32 = 0x811c9dc5;
  for (let i: usize = 0; i < AT_CHECKSUM; i++) sum = (sum ^ load<u8>(message + i)) * 0x01000193;
  return sum;
}

/** Completes a message. */
export function seal(message: usize): void {
  store<u32>(message + AT_CHECKSUM, checksumOf(message));
}

/** Whether a message of `length` bytes is intact. */
export function isWhole(message: usize, length: i64): bool {
  return length == MESSAGE_SIZE && load<u32>(message + AT_CHECKSUM) == checksumOf(message);
}
