/*
 * The memory that files lie in: BLOCKS blocks, handed out as chains, one for each file. One table has the next block of
 * each block, or END; free blocks form a chain too. A block is zeroed when it is handed out.
 *
 * The cell's memory grows with the first use of each chunk of blocks. When it cannot grow there is no space
 * left, as when all blocks are used.
 */

/** Bytes of a block. */
export const BLOCK: u32 = 4096;
/** Blocks at most. */
export const BLOCKS: i32 = 1024;
/** No block: the end of a chain. */
export const END: i32 = -1;

/** Blocks for which the cell's memory grows by one page; a page also holds the allocator's header. */
const CHUNK: i32 = 15;

export class Blocks {
  /** Blocks that are not in a file. */
  free: i32 = BLOCKS;
  private readonly addresses: StaticArray<usize> = new StaticArray<usize>(BLOCKS);
  private readonly followers: StaticArray<i16> = new StaticArray<i16>(BLOCKS);
  /** Blocks that were used before and are free again. */
  private returned: i32 = END;
  /** Blocks from this one on have never been used. */
  private fresh: i32 = 0;
  /** Blocks below this one have memory. */
  private backed: i32 = 0;

  /** Where a block lies. */
  @inline
  address(block: i32): usize {
    return this.addresses[block];
  }

  /** The block behind `block` in its chain, or END. */
  @inline
  follower(block: i32): i32 {
    return this.followers[block];
  }

  /** Appends a zeroed block after `last`, which ends a chain or is END. Returns END when none is left. */
  append(last: i32): i32 {
    const block = this.take();
    if (block == END) return END;
    this.free--;
    memory.fill(this.addresses[block], 0, BLOCK);
    this.followers[block] = <i16>END;
    if (last != END) this.followers[last] = <i16>block;
    return block;
  }

  /** Ends a chain behind `last`, and frees what followed. */
  cut(last: i32): void {
    const rest: i32 = this.followers[last];
    this.followers[last] = <i16>END;
    this.release(rest);
  }

  /** Frees a chain, from `block` to its end. */
  release(block: i32): void {
    while (block != END) {
      const follower: i32 = this.followers[block];
      this.followers[block] = <i16>this.returned;
      this.returned = block;
      this.free++;
      block = follower;
    }
  }

  private take(): i32 {
    if (this.returned != END) {
      const block = this.returned;
      this.returned = this.followers[block];
      return block;
    }
    if (this.fresh == BLOCKS || (this.fresh == this.backed && !this.back())) return END;
    return this.fresh++;
  }

  /** Gets memory for the next chunk. Growing first keeps the allocator from failing, which would crash the cell. */
  private back(): bool {
    if (memory.grow(1) < 0) return false;
    const count = min(CHUNK, BLOCKS - this.backed);
    const base = heap.alloc(<usize>count * BLOCK);
    for (let i = 0; i < count; i++) this.addresses[this.backed + i] = base + <usize>i * BLOCK;
    this.backed += count;
    return true;
  }
}
