/*
 * The ION ring, as it lies in memory; guests see the same layout.
 *
 *    0  magic u32 | version u16 | flags u16 | entry size u32 | entry count u32     written once
 *   64  head u32, free running | 68 producer waiting u32                         the producer's line
 * 128  tail u32, free running | 132 consumer waiting u32                        the consumer's line
 * 192  entries: len u32, payload, padded to the entry size
 */

/** "IONR". */
export const RING_MAGIC: u32 = 0x494f4e52;
/** Version of this layout. */
export const RING_VERSION: u32 = 1;
/** Offset of the entry size. */
export const RING_ENTRY_SIZE: u32 = 8;
/** Offset of the entry count. */
export const RING_ENTRY_COUNT: u32 = 12;
/** Offset of the head: messages ever sent, modulo 2^32. */
export const RING_HEAD: u32 = 64;
/** Offset of the producer's waiting word. */
export const RING_PRODUCER_WAITING: u32 = 68;
/** Offset of the tail: messages ever taken, modulo 2^32. */
export const RING_TAIL: u32 = 128;
/** Offset of the consumer's waiting word. */
export const RING_CONSUMER_WAITING: u32 = 132;
/** Offset of the first entry. */
export const RING_ENTRIES: u32 = 192;
/** Bytes of an entry in front of the payload. */
export const RING_ENTRY_HEADER: u32 = 4;
/** Smallest entry, in bytes. */
export const RING_ENTRY_MIN: u32 = 16;
/** Largest entry, in bytes: one hal copy. */
export const RING_ENTRY_MAX: u32 = 65536;
/** Most entries in a ring. */
export const RING_COUNT_MAX: u32 = 65536;
