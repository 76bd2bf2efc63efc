/*
 * The calls that the kernel offers, as Wasm imports of module "rumpk", nothing added. Numbers and flags: abi/calls.
 */

export * from "../abi/rumpk";
