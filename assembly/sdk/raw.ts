/*
 * The kernel's calls, as Wasm imports of module "rumpk", without any additions. Numbers and flags: abi/calls.
 */

export * from "../abi/rumpk";
