/*
 * The frozen numbers and records of the ABI, for cells that speak to the kernel or the console themselves: import {
 * EVENT_CONNECTED } from "rumpk/abi". Names that a cell does not use cost it nothing.
 */

export * from "../abi/audit";
export * from "../abi/block";
export * from "../abi/calls";
export * from "../abi/cell";
export * from "../abi/checkpoint";
export * from "../abi/energy";
export * from "../abi/errno";
export * from "../abi/event";
export * from "../abi/hostdir";
export * from "../abi/image";
export * from "../abi/ledger";
export * from "../abi/port";
export * from "../abi/promise";
export * from "../abi/rights";
export * from "../abi/seal";
export * from "../abi/sizes";
export * from "../abi/spawn";
export * from "../abi/unveil";
