/*
 * For editors alone: what AssemblyScript has and its declarations for TypeScript leave out. The root's tsconfig.json
 * reads it beside them; no compiler of cells or of the kernel does.
 */

/** `number.toString(16)`: TypeScript looks here, because those declarations give numbers no interface. */
interface Object {
  toString(radix?: i32): string;
}

/** The runtime's own functions: a new block of `size` bytes, and a collection of garbage now. */
declare function __new(size: usize, id: u32): usize;
declare function __collect(): void;

/** 1 in a kernel that checks itself; asconfig.json sets it. */
declare const CHECKED_KERNEL: i32;

/**
 * An array in a record of assembly/abi, of bytes or of u64: tools/record-arrays. Only its place can be asked for, by
 * offsetof.
 */
declare function bytes(size: u32): (record: object, field: string) => void;
declare function words(size: u32): (record: object, field: string) => void;
declare type bytes = never;
declare type words = never;

/** What the build makes of the `worker` nodes of a cell's manifest. */
declare module "rumpk/manifest" {
  export const WORKER_NAMES: StaticArray<string>;
  export const WORKER_CELLS: StaticArray<string>;
  export const WORKER_SHARED: StaticArray<bool>;
  export const WORKER_PROMISES: StaticArray<u64>;
}
