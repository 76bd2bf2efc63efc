/*
 * Builds a system for a bare machine and runs it, as `rumpk run` does, with one difference: it removes `dma` from one
 * cell after its manifest was read and checked. So the kernel gets an image that the build would refuse.
 *
 *   node without-dma.mjs CELL MACHINE SYSTEM
 */
import { IMAGE_DMA } from "../../build/host/abi.js";
import { buildTarget } from "../../build/host/cli/build.js";
import { runOnMetal } from "../../build/host/cli/run-metal.js";
import { targetOf } from "../../build/host/cli/target.js";

const [cell, machine, system] = process.argv.slice(2);
const target = targetOf({ words: [], flags: { on: [machine], system: [system], checked: [""] } });
const manifest = target.system.cells.find(({ name }) => name === cell);
if (!(manifest.flags & IMAGE_DMA)) throw new Error(`${cell} has no dma`);
manifest.flags &= ~IMAGE_DMA;
const elf = await buildTarget({ ...target, fileName: `${target.fileName}-without-dma` });
process.exitCode = await runOnMetal(machine, elf, { memoryMiB: 128, icount: false, words: [] });
