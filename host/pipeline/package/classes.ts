/*
 * Key classes: what a key may sign (assembly/abi/seal.ts), and the words for them in system descriptions and in the
 * command's output.
 */
import * as abi from "../../abi.js";

export const CLASSES = { wasm: abi.KEY_WASM, native: abi.KEY_NATIVE, dma: abi.KEY_DMA };
export const ALL_CLASSES = abi.KEY_WASM | abi.KEY_NATIVE | abi.KEY_DMA;

/** "wasm native" */
export function classNames(classes: number): string {
  return Object.entries(CLASSES)
    .filter(([, bit]) => classes & bit)
    .map(([name]) => name)
    .join(" ");
}
