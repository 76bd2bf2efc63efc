/*
 * The ION ring: one producer, one consumer, messages in slots of fixed size. This file is the only implementation on
 * every machine; the layout in memory is drawn in abi/ring.ts.
 *
 * Guarantees: a slot is read only after it was written (the head is stored after the slot and loaded before it); a side
 * that found nothing to do and set its waiting word is told about the next change (the word is set before the last look,
 * and Wasm's atomics are sequentially consistent). Geometry and each side's own index live in the private Ring record;
 * from shared bytes only the peer's index and the slot are read, once each, so a lying peer can kill its channel but not
 * mislead the kernel. tests/model/ring.pml is the Spin model of this file.
 *
 * Source: the single-producer queue of Lamport (1983) with free-running indices; the names are those of the original ION.
 */
import {
  RING_CONSUMER_WAITING,
  RING_COUNT_MAX,
  RING_HEAD,
  RING_MAGIC,
  RING_PRODUCER_WAITING,
  RING_SLOTS,
  RING_SLOT_COUNT,
  RING_SLOT_HEADER,
  RING_SLOT_MAX,
  RING_SLOT_MIN,
  RING_SLOT_SIZE,
  RING_TAIL,
  RING_VERSION,
} from "../abi/ring";

/** The private side of a ring. `base` 0 means that there is no ring. */
@unmanaged
export class Ring {
  /** Address of the shared layout. */
  base: usize;
  /** Bytes of a slot, header included. */
  slotSize: u32;
  /** Slots, a power of two. */
  slotCount: u32;
  /** Messages sent; the producer's own index. */
  head: u32;
  /** Messages taken; the consumer's own index. */
  tail: u32;
  reserved0: u32;
  reserved1: u32;
  reserved2: u32;
}

/** Answer of ringReserve and ringPeek: the peer's index is out of range; the channel must die. */
export const RING_BROKEN: usize = <usize>-1;

/** Whether a ring may have this geometry. */
export function ringGeometryOk(slotSize: u32, slotCount: u32): bool {
  return (
    slotSize >= RING_SLOT_MIN &&
    slotSize <= RING_SLOT_MAX &&
    (slotSize & 7) == 0 &&
    slotCount >= 1 &&
    slotCount <= RING_COUNT_MAX &&
    popcnt(slotCount) == 1
  );
}

/** Bytes that a ring of this geometry takes; the product fits 32 bits only for rings that an arena can hold. */
@inline
export function ringBytes(slotSize: u32, slotCount: u32): u64 {
  return <u64>RING_SLOTS + <u64>slotSize * slotCount;
}

/** Writes an empty ring to `base` and its private side to `ring`. */
export function ringInit(ring: Ring, base: usize, slotSize: u32, slotCount: u32): void {
  assert(base != 0 && ringGeometryOk(slotSize, slotCount));
  memory.fill(base, 0, RING_SLOTS);
  store<u32>(base, RING_MAGIC);
  store<u16>(base + 4, <u16>RING_VERSION);
  store<u32>(base + RING_SLOT_SIZE, slotSize);
  store<u32>(base + RING_SLOT_COUNT, slotCount);
  ring.base = base;
  ring.slotSize = slotSize;
  ring.slotCount = slotCount;
  ring.head = 0;
  ring.tail = 0;
}


@inline
function slotAt(ring: Ring, index: u32): usize {
  return ring.base + RING_SLOTS + <usize>((index & (ring.slotCount - 1)) * ring.slotSize);
}

/** Longest message of the ring, in bytes. */
@inline
export function ringPayload(ring: Ring): u32 {
  return ring.slotSize - RING_SLOT_HEADER;
}

/** Producer: the address of the next free slot, 0 when the ring is full, or RING_BROKEN. */
@inline
export function ringReserve(ring: Ring): usize {
  const used = ring.head - atomic.load<u32>(ring.base + RING_TAIL);
  if (used >= ring.slotCount) return used == ring.slotCount ? 0 : RING_BROKEN;
  return slotAt(ring, ring.head);
}

/** Producer: publishes the slot of ringReserve with a message of `length` bytes. True: the consumer waits, wake it. */
@inline
export function ringCommit(ring: Ring, slot: usize, length: u32): bool {
  store<u32>(slot, length);
  atomic.store<u32>(ring.base + RING_HEAD, ++ring.head);
  return takeWaiting(ring.base + RING_CONSUMER_WAITING);
}

/** Consumer: the address of the first message (its length is the u32 there), 0 when the ring is empty, or RING_BROKEN. */
@inline
export function ringPeek(ring: Ring): usize {
  const used = atomic.load<u32>(ring.base + RING_HEAD) - ring.tail;
  if (used == 0) return 0;
  return used <= ring.slotCount ? slotAt(ring, ring.tail) : RING_BROKEN;
}

/** Consumer: drops the first message. True: the producer waits, wake it. */
@inline
export function ringRelease(ring: Ring): bool {
  atomic.store<u32>(ring.base + RING_TAIL, ++ring.tail);
  return takeWaiting(ring.base + RING_PRODUCER_WAITING);
}

/** Producer: sets its waiting word. It must look once more (ringReserve) before it sleeps. */
@inline
export function ringProducerWaits(ring: Ring): void {
  atomic.store<u32>(ring.base + RING_PRODUCER_WAITING, 1);
}

/** Consumer: sets its waiting word. It must look once more (ringPeek) before it sleeps. */
@inline
export function ringConsumerWaits(ring: Ring): void {
  atomic.store<u32>(ring.base + RING_CONSUMER_WAITING, 1);
}


@inline
function takeWaiting(word: usize): bool {
  if (atomic.load<u32>(word) == 0) return false;
  atomic.store<u32>(word, 0);
  return true;
}
