/*
 * The ION ring of both kinds on its own, and against a plain queue: whatever a producer and a consumer do in whatever
 * order, the ring must answer as the queue does.
 */
import {
  RING_CONSUMER_WAITING,
  RING_HEAD,
  RING_MAGIC,
  RING_PRODUCER_WAITING,
  RING_ENTRIES,
  RING_ENTRY_COUNT,
  RING_ENTRY_SIZE,
  RING_TAIL,
} from "../../../abi/ring";
import {
  RING_BROKEN,
  Ring,
  ringBytes,
  ringCommit,
  ringConsumerWaits,
  ringGeometryOk,
  ringInit,
  ringPayload,
  ringPeek,
  ringProducerWaits,
  ringRelease,
  ringReserve,
  sharedCommit,
  sharedConsumerWaits,
  sharedPeek,
  sharedProducerWaits,
  sharedRelease,
  sharedReserve,
} from "../ring";
import { ARENA_AT, RINGS_AT } from "../tables";
import { freshKernel, random, seedRandom } from "../../__tests__/machine";

const BASE = ARENA_AT;

function freshRing(entrySize: u32, entryCount: u32): Ring {
  freshKernel();
  const ring = changetype<Ring>(RINGS_AT);
  ringInit(ring, BASE, entrySize, entryCount);
  return ring;
}

/** Sends one message of `length` bytes that all hold `value`; false when the ring is full. */
function put(ring: Ring, value: u8, length: u32): bool {
  const entry = ringReserve(ring);
  if (entry == 0) return false;
  memory.fill(entry + 4, value, length);
  ringCommit(ring, entry, length);
  return true;
}

describe("geometry", () => {
  test("entries of 16 to 65,536 bytes in eights, a power of two of them", () => {
    expect(ringGeometryOk(16, 1)).toBe(true);
    expect(ringGeometryOk(65536, 65536)).toBe(true);
    expect(ringGeometryOk(8, 1)).toBe(false);
    expect(ringGeometryOk(65544, 1)).toBe(false);
    expect(ringGeometryOk(20, 1)).toBe(false);
    expect(ringGeometryOk(16, 0)).toBe(false);
    expect(ringGeometryOk(16, 3)).toBe(false);
    expect(ringGeometryOk(16, 131072)).toBe(false);
  });
  test("the largest ring's size does not wrap", () => {
    expect<u64>(ringBytes(65536, 65536)).toBe(0x100000000 + RING_ENTRIES);
  });
  test("the layout is written once, as guests see it", () => {
    freshRing(64, 8);
    expect<u32>(load<u32>(BASE)).toBe(RING_MAGIC);
    expect<u32>(load<u32>(BASE + RING_ENTRY_SIZE)).toBe(64);
    expect<u32>(load<u32>(BASE + RING_ENTRY_COUNT)).toBe(8);
    expect<u32>(load<u32>(BASE + RING_HEAD)).toBe(0);
    expect<u32>(load<u32>(BASE + RING_TAIL)).toBe(0);
  });
});

describe("one side after the other", () => {
  test("empty, then full, then empty again", () => {
    const ring = freshRing(16, 4);
    expect<usize>(ringPeek(ring)).toBe(0);
    for (let i: u8 = 0; i < 4; ++i) expect(put(ring, i, 1)).toBe(true);
    expect(put(ring, 4, 1)).toBe(false);
    for (let i: u8 = 0; i < 4; ++i) {
      const entry = ringPeek(ring);
      expect<u32>(load<u32>(entry)).toBe(1);
      expect<u8>(load<u8>(entry + 4)).toBe(i);
      ringRelease(ring);
    }
    expect<usize>(ringPeek(ring)).toBe(0);
  });
  test("a full payload fits and stays inside the entry", () => {
    const ring = freshRing(16, 2);
    const length = ringPayload(ring);
    expect<u32>(length).toBe(12);
    put(ring, 0xaa, length);
    expect<u32>(load<u32>(BASE + RING_ENTRIES + 16)).toBe(0);
  });
  test("the indices run past 2^32", () => {
    const ring = freshRing(16, 2);
    ring.head = 0xffffffff;
    ring.tail = 0xffffffff;
    expect(put(ring, 1, 1)).toBe(true);
    expect(put(ring, 2, 1)).toBe(true);
    expect(put(ring, 3, 1)).toBe(false);
    expect<u8>(load<u8>(ringPeek(ring) + 4)).toBe(1);
    ringRelease(ring);
    expect<u8>(load<u8>(ringPeek(ring) + 4)).toBe(2);
    expect<u32>(ring.tail).toBe(0);
  });
});

describe("a peer of a shared ring that lies", () => {
  test("a head too far ahead breaks the consumer's side, for good", () => {
    const ring = freshRing(16, 4);
    store<u32>(BASE + RING_HEAD, 5);
    expect<usize>(sharedPeek(ring)).toBe(RING_BROKEN);
    store<u32>(BASE + RING_HEAD, 1);
    expect<usize>(sharedPeek(ring)).toBe(RING_BROKEN);
    expect<usize>(sharedReserve(ring)).toBe(RING_BROKEN);
  });
  test("a tail ahead of the head breaks the producer's side, for good", () => {
    const ring = freshRing(16, 4);
    store<u32>(BASE + RING_TAIL, 1);
    expect<usize>(sharedReserve(ring)).toBe(RING_BROKEN);
    store<u32>(BASE + RING_TAIL, 0);
    expect<usize>(sharedReserve(ring)).toBe(RING_BROKEN);
  });
  test("a changed geometry in shared memory is not believed", () => {
    const ring = freshRing(16, 4);
    store<u32>(BASE + RING_ENTRY_SIZE, 4096);
    store<u32>(BASE + RING_ENTRY_COUNT, 1024);
    sharedCommit(ring, sharedReserve(ring), 1);
    expect<usize>(sharedReserve(ring)).toBe(BASE + RING_ENTRIES + 16);
  });
  test("what it writes to the words of both sides is nothing to a local ring", () => {
    const ring = freshRing(16, 4);
    memory.fill(BASE + RING_HEAD, 0xff, RING_ENTRIES - RING_HEAD);
    expect<usize>(ringPeek(ring)).toBe(0);
    expect(put(ring, 7, 1)).toBe(true);
    expect<u8>(load<u8>(ringPeek(ring) + 4)).toBe(7);
    expect(ringRelease(ring)).toBe(false);
  });
});

describe("waiting words", () => {
  test("a waiting consumer is woken by one message, once", () => {
    const ring = freshRing(16, 4);
    expect(ringCommit(ring, ringReserve(ring), 0)).toBe(false);
    ringConsumerWaits(ring);
    expect(ringCommit(ring, ringReserve(ring), 0)).toBe(true);
    expect(ringCommit(ring, ringReserve(ring), 0)).toBe(false);
  });
  test("a waiting producer is woken by one release, once", () => {
    const ring = freshRing(16, 2);
    put(ring, 1, 1);
    put(ring, 2, 1);
    ringProducerWaits(ring);
    expect(ringRelease(ring)).toBe(true);
    expect(ringRelease(ring)).toBe(false);
  });
  test("those of a shared ring lie where the peer sees them", () => {
    const ring = freshRing(16, 2);
    sharedConsumerWaits(ring);
    sharedProducerWaits(ring);
    expect<u32>(load<u32>(BASE + RING_CONSUMER_WAITING)).toBe(1);
    expect<u32>(load<u32>(BASE + RING_PRODUCER_WAITING)).toBe(1);
    expect(sharedCommit(ring, sharedReserve(ring), 0)).toBe(true);
    expect(sharedCommit(ring, sharedReserve(ring), 0)).toBe(false);
    // The tests are both sides at once: the record's own tail follows the released message.
    store<u32>(BASE + RING_HEAD, 2);
    expect(sharedRelease(ring)).toBe(true);
    expect(sharedRelease(ring)).toBe(false);
  });
});

/** One random step on ring and queue; false when they disagree. */
function agree(ring: Ring, shared: bool, queue: Array<u64>, serial: u64): bool {
  if (random(2) == 0) {
    const entry = shared ? sharedReserve(ring) : ringReserve(ring);
    if ((entry == 0) != (<u32>queue.length == ring.entryCount)) return false;
    if (entry == 0) return true;
    const length = 8 + random(ringPayload(ring) - 7);
    store<u64>(entry, serial, 4);
    if (shared) sharedCommit(ring, entry, length);
    else ringCommit(ring, entry, length);
    queue.push((serial << 16) | length);
    return true;
  }
  const entry = shared ? sharedPeek(ring) : ringPeek(ring);
  if ((entry == 0) != (queue.length == 0)) return false;
  if (entry == 0) return true;
  const expected = queue.shift();
  const found = (load<u64>(entry, 4) << 16) | load<u32>(entry);
  if (shared) sharedRelease(ring);
  else ringRelease(ring);
  return found == expected;
}

/** Random steps on a ring of one kind, whose indices run past 2^32 on the way. */
function agreeForLong(shared: bool): void {
  seedRandom();
  for (let shift: u32 = 0; shift < 7; ++shift) {
    const ring = freshRing(16 + 8 * random(32), 1 << shift);
    const queue = new Array<u64>();
    const start = 0xfffffff0 + random(16);
    ring.head = start;
    ring.tail = start;
    store<u32>(BASE + RING_HEAD, start);
    store<u32>(BASE + RING_TAIL, start);
    for (let step: u64 = 0; step < 5000; ++step) {
      if (!agree(ring, shared, queue, step)) {
        expect<u64>(step).toBe(u64.MAX_VALUE, "ring and queue disagree at this step");
        return;
      }
    }
  }
}

describe("both sides at random", () => {
  test("a local ring answers as a plain queue does, in every geometry", () => {
    agreeForLong(false);
  });
  test("and so does a shared one", () => {
    agreeForLong(true);
  });
});
