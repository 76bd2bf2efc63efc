/*
 * The ION ring: one producer, one consumer, messages in entries of fixed size. This file is the only implementation on
 * every machine; the layout in memory is drawn in abi/ring.ts. There are two kinds, with the same geometry and entries:
 *
 *   local (ring...)       only this kernel on this core touches it: indices and waiting words lie in the private Ring
 *                         record, every access is a plain one, and nothing can be out of range
 *   shared (shared...)    the peer is a guest or another core: each side keeps its own index in its Ring record and
 *                         publishes it in the layout, where the waiting words lie as well
 *
 * Both guarantee: an entry is read only after it was written, and written again only after it was read; a side that
 * found nothing to do and set its waiting word is told about the next change.
 *
 * Memory order of a shared ring. An index is stored after the data that it publishes (release) and loaded before the
 * data that it admits (acquire). A full fence separates storing an index from reading the peer's waiting word, and
 * setting one's own waiting word from the last read of the peer's index; the word is cleared before the wake-up is
 * sent. Wasm's atomics are sequentially consistent, which covers all of this; host/pipeline/metal/repairs.ts makes
 * wasm2c's output keep it. The kernel reads only the peer's index, a waiting word and the entry from shared memory,
 * once each, so a lying peer can kill its ring, which stays dead, but cannot mislead the kernel.
 * tests/specification/model/ring.pml is the Spin model of the shared kind; tests/parts/order reads its machine code.
 *
 * Source: the single-producer queue of Lamport (1983) with free-running indices; the names are those of the original
 * ION.
 */
import {
  RING_CONSUMER_WAITING,
  RING_COUNT_MAX,
  RING_HEAD,
  RING_MAGIC,
  RING_PRODUCER_WAITING,
  RING_ENTRIES,
  RING_ENTRY_COUNT,
  RING_ENTRY_HEADER,
  RING_ENTRY_MAX,
  RING_ENTRY_MIN,
  RING_ENTRY_SIZE,
  RING_TAIL,
  RING_VERSION,
} from "../../abi/ring";
import { CHECKED } from "./checked";

/** The private side of a ring. `base` 0 means that there is no ring. */
@unmanaged
export class Ring {
  /** Address of the layout. */
  base: usize;
  /** Bytes of an entry, header included. */
  entrySize: u32;
  /** Entries, a power of two. */
  entryCount: u32;
  /** Messages sent; of a shared ring the producer's own index. */
  head: u32;
  /** Messages taken; of a shared ring the consumer's own index. */
  tail: u32;
  /** A local ring's waiting words: 1 while that side waits. */
  producerWaits: u32;
  consumerWaits: u32;
  /** 1 when the peer of a shared ring published an index out of range. */
  broken: u32;
}

/** Answer of sharedReserve and sharedPeek from the first index out of range on: the ring is dead. */
export const RING_BROKEN: usize = <usize>-1;

/** Whether a ring may have this geometry. */
export function ringGeometryOk(entrySize: u32, entryCount: u32): bool {
  return (
    entrySize >= RING_ENTRY_MIN &&
    entrySize <= RING_ENTRY_MAX &&
    (entrySize & 7) == 0 &&
    entryCount >= 1 &&
    entryCount <= RING_COUNT_MAX &&
    popcnt(entryCount) == 1
  );
}

/** Bytes that a ring of this geometry takes; the product fits 32 bits only for rings that an arena can hold. */
@inline
export function ringBytes(entrySize: u32, entryCount: u32): u64 {
  return <u64>RING_ENTRIES + <u64>entrySize * entryCount;
}

/** Writes an empty ring to `base` and its private side to `ring`. */
export function ringInit(ring: Ring, base: usize, entrySize: u32, entryCount: u32): void {
  assert(base != 0 && ringGeometryOk(entrySize, entryCount));
  memory.fill(base, 0, RING_ENTRIES);
  store<u32>(base, RING_MAGIC);
  store<u16>(base + 4, <u16>RING_VERSION);
  store<u32>(base + RING_ENTRY_SIZE, entrySize);
  store<u32>(base + RING_ENTRY_COUNT, entryCount);
  ring.base = base;
  ring.entrySize = entrySize;
  ring.entryCount = entryCount;
  ring.head = 0;
  ring.tail = 0;
  ring.producerWaits = 0;
  ring.consumerWaits = 0;
  ring.broken = 0;
}


@inline
function entryAt(ring: Ring, index: u32): usize {
  return ring.base + RING_ENTRIES + <usize>((index & (ring.entryCount - 1)) * ring.entrySize);
}

/** Longest message of the ring, in bytes. */
@inline
export function ringPayload(ring: Ring): u32 {
  return ring.entrySize - RING_ENTRY_HEADER;
}

/** Producer: the address of the next free entry, 0 when the ring is full. */
@inline
export function ringReserve(ring: Ring): usize {
  return ring.head - ring.tail == ring.entryCount ? 0 : entryAt(ring, ring.head);
}

/** Producer: publishes the entry of ringReserve with a message of `length` bytes. True: the consumer waits, wake it. */
@inline
export function ringCommit(ring: Ring, entry: usize, length: u32): bool {
  if (CHECKED) assert(ring.head - ring.tail < ring.entryCount && length <= ringPayload(ring), "an entry was reserved");
  store<u32>(entry, length);
  ++ring.head;
  if (ring.consumerWaits == 0) return false;
  ring.consumerWaits = 0;
  return true;
}

/** Consumer: the address of the first message (its length is the u32 there), 0 when the ring is empty. */
@inline
export function ringPeek(ring: Ring): usize {
  return ring.head == ring.tail ? 0 : entryAt(ring, ring.tail);
}

/** Consumer: drops the first message. True: the producer waits, wake it. */
@inline
export function ringRelease(ring: Ring): bool {
  if (CHECKED) assert(ring.head != ring.tail, "a message was peeked at");
  ++ring.tail;
  if (ring.producerWaits == 0) return false;
  ring.producerWaits = 0;
  return true;
}

/** Consumer: goes back to `tail`, whose messages the producer has not overwritten, and reads them again. */
export function ringRewind(ring: Ring, tail: u32): void {
  assert(ring.tail - tail <= ring.entryCount && ring.head - tail <= ring.entryCount);
  ring.tail = tail;
}

/** Producer: sets its waiting word; nothing can happen between ringReserve and this. */
@inline
export function ringProducerWaits(ring: Ring): void {
  ring.producerWaits = 1;
}

/** Consumer: sets its waiting word; nothing can happen between ringPeek and this. */
@inline
export function ringConsumerWaits(ring: Ring): void {
  ring.consumerWaits = 1;
}

/** ringReserve of a shared ring, or RING_BROKEN. */
export function sharedReserve(ring: Ring): usize {
  const used = ring.head - atomic.load<u32>(ring.base + RING_TAIL);
  if (used > ring.entryCount) ring.broken = 1;
  if (ring.broken != 0) return RING_BROKEN;
  return used == ring.entryCount ? 0 : entryAt(ring, ring.head);
}

/** ringCommit of a shared ring. */
export function sharedCommit(ring: Ring, entry: usize, length: u32): bool {
  store<u32>(entry, length);
  atomic.store<u32>(ring.base + RING_HEAD, ++ring.head);
  return takeWaiting(ring.base + RING_CONSUMER_WAITING);
}

/** ringPeek of a shared ring, or RING_BROKEN. */
export function sharedPeek(ring: Ring): usize {
  const used = atomic.load<u32>(ring.base + RING_HEAD) - ring.tail;
  if (used > ring.entryCount) ring.broken = 1;
  if (ring.broken != 0) return RING_BROKEN;
  return used == 0 ? 0 : entryAt(ring, ring.tail);
}

/** ringRelease of a shared ring. */
export function sharedRelease(ring: Ring): bool {
  atomic.store<u32>(ring.base + RING_TAIL, ++ring.tail);
  return takeWaiting(ring.base + RING_PRODUCER_WAITING);
}

/** Producer: sets its waiting word. It must look once more (sharedReserve) before it sleeps. */
export function sharedProducerWaits(ring: Ring): void {
  atomic.store<u32>(ring.base + RING_PRODUCER_WAITING, 1);
}

/** Consumer: sets its waiting word. It must look once more (sharedPeek) before it sleeps. */
export function sharedConsumerWaits(ring: Ring): void {
  atomic.store<u32>(ring.base + RING_CONSUMER_WAITING, 1);
}

/** The peer may set its word again in between, but then it looks at the index that was stored before. */
@inline
function takeWaiting(word: usize): bool {
  if (atomic.load<u32>(word) == 0) return false;
  atomic.store<u32>(word, 0);
  return true;
}
