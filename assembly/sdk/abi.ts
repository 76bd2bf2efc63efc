/*
 * The frozen numbers and records of the ABI, for cells that speak to the kernel or the console themselves:
 * import { EVENT_CONNECTED } from "rumpk/abi". What is not used is not in the cell.
 */

export * from "../abi/calls";
export * from "../abi/cell";
export * from "../abi/energy";
export * from "../abi/errno";
export * from "../abi/event";
export * from "../abi/port";
export * from "../abi/rights";
