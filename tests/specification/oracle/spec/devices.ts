/*
 * Devices: the windows that a manifest names. One cell at a time has a device, the first that asks for it, until that
 * instance ends; the n-th device of a manifest is window n, and has its own promise. A cell that pledges a device away,
 * or drops its slot, loses it in the same call; its line then has no owner, and others can get the device. Only cells
 * that may have bus masters get a device that is not known to be none.
 */
import { DEVICES_PLAIN, EVENT_INTERRUPT, PROMISE_DEVICE, RIGHT_MAP } from "../../../../host/abi.js";
import { dropSlot, place, tell } from "./channels.js";
import { inSlot, type Cell, type Device, type World } from "./world.js";

/** The promise of a window. */
export const devicePromise = (window: number): bigint => BigInt(PROMISE_DEVICE) << BigInt(window);

/** Gives a new instance the devices of its manifest that it has promised and that are free. */
export function attachDevices(world: World, cell: Cell): void {
  const { channels, devices } = cell.image;
  devices.forEach((compatible, window) => {
    if ((cell.promises & devicePromise(window)) === 0n) return;
    const device = world.devices.find((each) => each.compatible === compatible && !world.claims.has(each));
    if (!device || (!cell.image.dma && !DEVICES_PLAIN.split(" ").includes(compatible))) return;
    world.claims.set(device, cell);
    place(cell, 1 + channels.length + window, { kind: "device", device, window }, RIGHT_MAP);
  });
}

/** The instance has ended: its devices are free. */
export function releaseDevices(world: World, cell: Cell): void {
  for (const [device, owner] of world.claims) if (owner === cell) world.claims.delete(device);
}

/** Takes away the windows that are no longer promised. */
export function dropDevices(world: World, cell: Cell): void {
  for (const held of [...cell.slots.values()])
    if (held.kind === "device" && (cell.promises & devicePromise(held.window)) === 0n) dropSlot(world, cell, held.slot);
}

/** Every window that is mapped: cell, number and device. */
export function windows(world: World): { cell: Cell; window: number; device: Device }[] {
  return world.alive().flatMap((cell) =>
    [...cell.slots.keys()].flatMap((slot) => {
      const held = inSlot(cell, slot);
      return held?.kind === "device" ? [{ cell, window: held.window, device: held.device }] : [];
    }),
  );
}

/** A line fires. */
export function interrupt(world: World, device: Device): void {
  const owner = windows(world).find((each) => each.device === device);
  if (owner) tell(owner.cell, EVENT_INTERRUPT, owner.window);
}
