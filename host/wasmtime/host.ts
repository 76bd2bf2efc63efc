/*
 * The rim of the simulated board on this machine. The build compiles this file instead of assembly/board/host.ts, which
 * says what each function does (host/pipeline/wasmtime/wasmtime-system.ts), so board and machine are one module.
 */
import { CAUSE_WINDOW } from "../../assembly/abi/cell";
import { dieCell } from "./fibers";
import { archive16, archive32, archive8 } from "./rack";

export { receive, transmit } from "./console";
export { blockFlush, blockRead, blockWrite } from "./disk";
export { folderRequest, folderStatus } from "./folders";

/** All output is written before the machine waits. */
export function canTransmit(): bool {
  return true;
}

/** The machine checks its lines before it sleeps, and no input arrives while it runs. */
export function wake(): void {}

export function refuse(offset: u32): void {
  dieCell(CAUSE_WINDOW, offset);
}

export function archiveLoad(offset: u32, width: u32): u32 {
  if (width == 1) return archive8(offset);
  return width == 2 ? archive16(offset) : archive32(offset);
}
