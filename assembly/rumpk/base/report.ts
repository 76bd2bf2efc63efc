/*
 * What the machine knows of a cell's instance: how big its memory is, and why and where it faulted last.
 */
import { CellReport } from "../../abi/cell";
import { cellFault } from "./hal";
import { SCRATCH_REPORT, SCRATCH_REPORT_SIZE } from "./tables";

if (offsetof<CellReport>() > SCRATCH_REPORT_SIZE) ERROR("a CellReport is larger than its place");

/** log2 of the page size of a linear memory. */
const PAGE_SHIFT: u64 = 16;

/** Fetches cause, address and memory of a cell from the machine. */
export function readReport(index: u32): CellReport {
  const report = changetype<CellReport>(SCRATCH_REPORT);
  memory.fill(SCRATCH_REPORT, 0, offsetof<CellReport>());
  cellFault(index, SCRATCH_REPORT);
  return report;
}

/** Whether [pointer, pointer + length) lies in the memory of a cell; copies from and to it then cannot fail. */
export function ownsMemory(index: u32, pointer: u32, length: u32): bool {
  return <u64>pointer + length <= (<u64>readReport(index).pages) << PAGE_SHIFT;
}
