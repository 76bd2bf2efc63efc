/*
 * A manifest in the form that the kernel reads: the ImageRecord of assembly/abi/image.ts with its arrays, IMAGE_SIZE
 * bytes.
 */
import * as abi from "../../abi.js";
import { Manifest } from "./manifest.js";

type Layout = {
  readonly size: number;
  readonly fields: Record<string, { readonly offset: number; readonly type: string }>;
};

/** The record of a cell; `flags` are added to the manifest's, `memoryMin` is what the module needs. */
export function imageRecord(manifest: Manifest, memoryMin: number, flags: number): Uint8Array {
  const bytes = new Uint8Array(abi.IMAGE_SIZE);
  writeText(bytes, 0, manifest.name);
  writeText(bytes, abi.ImageRecord.fields.mount.offset, manifest.mount);
  writeRecord(bytes, 0, abi.ImageRecord, {
    kind: manifest.kind,
    spectrum: manifest.spectrum,
    restart: manifest.restart,
    layer: manifest.layer,
    flags: manifest.flags | flags,
    ports: manifest.ports.length,
    channels: manifest.channels.length,
    devices: manifest.devices.length,
    memoryMin,
    memoryMax: manifest.memoryMax,
    stack: manifest.stack,
    watchdogMs: manifest.watchdogMs,
    restartLimit: manifest.restartLimit,
    restartSpanMs: manifest.restartSpanMs,
    mayGive: manifest.mayGive,
    promises: promisesOf(manifest),
    arenaMost: manifest.arenaMost,
    channelsMost: manifest.channelsMost,
  });
  manifest.ports.forEach((port, index) => {
    writeRecord(bytes, abi.IMAGE_PORTS + index * abi.PortRecord.size, abi.PortRecord, { ...port });
  });
  manifest.channels.forEach((channel, index) => {
    writeRecord(bytes, abi.IMAGE_CHANNELS + index * abi.ChannelRecord.size, abi.ChannelRecord, { ...channel });
  });
  manifest.devices.forEach(({ compatible, ...device }, index) => {
    const place = abi.IMAGE_DEVICES + index * abi.DeviceRecord.size;
    writeText(bytes, place, compatible);
    writeRecord(bytes, place, abi.DeviceRecord, device);
  });
  return bytes;
}

/** The promises of the manifest, one more for each of its devices, and the spectrum in the highest bits. */
function promisesOf({ promises, devices, spectrum }: Manifest): bigint {
  const windows = devices.reduce((sum, _, window) => sum | (abi.PROMISE_DEVICE << window), 0);
  return BigInt(promises | windows) | (BigInt(spectrum) << BigInt(abi.SPECTRUM_SHIFT));
}

function writeText(bytes: Uint8Array, place: number, text: string): void {
  bytes.set(new TextEncoder().encode(text), place);
}

function writeRecord(bytes: Uint8Array, place: number, layout: Layout, values: Record<string, number | bigint>): void {
  const view = new DataView(bytes.buffer, place, layout.size);
  for (const [name, value] of Object.entries(values)) {
    const field = layout.fields[name];
    if (!field) throw new Error(`the record has no field ${name}`);
    if (field.type === "u8") view.setUint8(field.offset, Number(value));
    else if (field.type === "u32") view.setUint32(field.offset, Number(value), true);
    else view.setBigUint64(field.offset, BigInt(value), true);
  }
}
