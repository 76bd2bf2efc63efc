/*
 * What the kernel keeps of the SysTable and the device tree's command line, for itself and to answer cells.
 */
import { ABI_VERSION } from "../../abi/calls";
import { EINVAL } from "../../abi/errno";
import { SYSTABLE_MAGIC, SysTable } from "../../abi/systable";

/** Bytes of RAM of the machine. */
export let ramSize: u64 = 0;
/** Real time at boot, ns since 1970. */
export let bootTime: u64 = 0;
/** Address of the device tree in the kernel's memory. */
export let deviceTree: usize = 0;

/** /chosen/bootargs in the device tree, of length 0 when there is none. */
export let commandLine: usize = 0;
export let commandLineLength: u32 = 0;

/** What fdt.ts found. */
export function setCommandLine(at: usize, length: u32): void {
  commandLine = at;
  commandLineLength = length;
}

/** Reads the SysTable. Returns 0, or -EINVAL when there is none or it has another version. */
export function machineRead(address: usize): i32 {
  const table = changetype<SysTable>(address);
  if (table.magic != SYSTABLE_MAGIC || table.version != ABI_VERSION) return EINVAL;
  ramSize = table.ramSize;
  bootTime = table.bootNs;
  deviceTree = <usize>table.fdt;
  table.seed0 = 0;
  table.seed1 = 0;
  return 0;
}
