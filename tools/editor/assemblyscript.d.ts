/*
 * Only for editors: what AssemblyScript has but its declarations for TypeScript leave out. The root's tsconfig.json
 * reads this file with those declarations; the compilers of cells and of the kernel do not.
 */

/** `number.toString(16)`: TypeScript needs this, because those declarations give numbers no interface. */
interface Object {
  toString(radix?: i32): string;
}

/** The runtime's own functions: a new block of `size` bytes, and an immediate garbage collection. */
declare function __new(size: usize, id: u32): usize;
declare function __collect(): void;

/** 1 in a kernel that checks itself; asconfig.json sets it. */
declare const CHECKED_KERNEL: i32;

/**
 * An array in a record of assembly/abi, of bytes or of u64: tools/record-arrays. Only its offset is accessible, through
 * offsetof.
 */
declare function bytes(size: u32): (record: object, field: string) => void;
declare function words(size: u32): (record: object, field: string) => void;
declare type bytes = never;
declare type words = never;

/** What the build generates from the `worker` nodes of a cell's manifest. */
declare module "rumpk/manifest" {
  export const WORKER_NAMES: StaticArray<string>;
  export const WORKER_CELLS: StaticArray<string>;
  export const WORKER_SHARED: StaticArray<bool>;
  export const WORKER_PROMISES: StaticArray<u64>;
}
