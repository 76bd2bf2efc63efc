/*
 * What ends a machine early. Both pass through the Wasm frames of kernel and cells untouched: cell_enter, which turns
 * every other exception into a fault of the cell, lets them through.
 */

/** The machine cannot continue, or cannot start. The message is one line that names the place. */
export class MachineError extends Error {
  override name = "MachineError";
}

/** The kernel called hal.off: not an error, but the way out of the Wasm frames that called it. */
export class PowerOff extends Error {
  override name = "PowerOff";

  /** `status`: 0 to 255. */
  constructor(readonly status: number) {
    super(`off(${status})`);
  }
}

/** Whether an exception ends the whole machine instead of one cell. */
export function endsMachine(error: unknown): boolean {
  return error instanceof MachineError || error instanceof PowerOff;
}
