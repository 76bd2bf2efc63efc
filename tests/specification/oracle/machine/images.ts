/*
 * The system of the oracle: manifests for the specification, and the same as ImageRecords for the kernel. Two services,
 * one with sessions and one with streams; cells that manage, grant and pledge; programs with different restart policies
 * and promises. Names say what they are for.
 */
import * as abi from "../../../../host/abi.js";
import { devicePromise } from "../spec/devices.js";
import type { ChannelSpec, Device, Image, PortSpec } from "../spec/world.js";

export const PORT_SESSION = abi.PORT_VFS;
export const PORT_STREAM_OUT = abi.PORT_CONSOLE_OUT;
export const PORT_FREE = 0x3000;

const MATTER = BigInt(abi.SPECTRUM_MATTER) << BigInt(abi.SPECTRUM_SHIFT);
const PHOTON = BigInt(abi.SPECTRUM_PHOTON) << BigInt(abi.SPECTRUM_SHIFT);
const GRAVITY = BigInt(abi.SPECTRUM_GRAVITY) << BigInt(abi.SPECTRUM_SHIFT);
const EVERYTHING = BigInt(
  abi.PROMISE_STDIO | abi.PROMISE_RPATH | abi.PROMISE_WPATH | abi.PROMISE_INET | abi.PROMISE_EXEC,
);
const CHANNEL_RIGHTS =
  abi.RIGHT_SEND | abi.RIGHT_RECV | abi.RIGHT_MAP | abi.RIGHT_MASK | abi.RIGHT_TICK | abi.RIGHT_GRANT;
const SECOND = 1_000_000_000n;

const session: PortSpec = {
  port: PORT_SESSION,
  stream: false,
  inSize: 64,
  inCount: 2,
  outSize: 32,
  outCount: 4,
  clients: 12,
  needs: abi.PROMISE_RPATH | abi.PROMISE_WPATH,
};
const stream: PortSpec = {
  port: PORT_STREAM_OUT,
  stream: true,
  inSize: 32,
  inCount: 4,
  outSize: 16,
  outCount: 2,
  clients: 12,
  needs: abi.PROMISE_STDIO,
};
const free: PortSpec = {
  port: PORT_FREE,
  stream: true,
  inSize: 32,
  inCount: 2,
  outSize: 0,
  outCount: 0,
  clients: 3,
  needs: 0,
};

const uses = (port: number, rights = CHANNEL_RIGHTS, lazy = false): ChannelSpec => ({ port, rights, lazy });
/** A checkpoint takes 65 KiB, each ring here 1 KiB. */
const quota = (arenaKiB: number, channels: number) => ({ arena: arenaKiB * 1024, channels });
const base = {
  boot: false,
  acceptsGrants: true,
  managesCells: false,
  gives: [],
  restart: "on-fault",
  restartLimit: 1,
  restartWindow: SECOND,
  promises: MATTER | EVERYTHING,
  ports: [],
  channels: [],
  devices: [],
  dma: false,
  seals: false,
  quota: quota(4096, 512),
} as const;

const UART = "ns16550a";
const VIRTIO = "virtio,mmio";

/** The machine's devices. */
export const devices: readonly Device[] = [
  { compatible: UART, base: 0x10000000, length: 0x100, line: 10 },
  { compatible: VIRTIO, base: 0x10001000, length: 0x1000, line: 1 },
  { compatible: UART, base: 0x10002000, length: 0x200, line: 11 },
];

/** The promises of this many devices. */
const devicePromises = (count: number) =>
  [...Array(count).keys()].reduce((bits, window) => bits | devicePromise(window), 0n);

export const images: readonly Image[] = [
  { ...base, name: "files", boot: true, restart: "always", restartLimit: 100, ports: [session], quota: quota(68, 1) },
  {
    ...base,
    name: "console",
    boot: true,
    restart: "always",
    promises: PHOTON | EVERYTHING | devicePromises(1),
    ports: [stream, free],
    devices: [UART],
    quota: quota(67, 1),
  },
  {
    ...base,
    name: "driver",
    boot: true,
    restart: "always",
    restartLimit: 100,
    promises: GRAVITY | EVERYTHING | devicePromises(3),
    channels: [uses(PORT_SESSION), uses(PORT_STREAM_OUT)],
    devices: [UART, VIRTIO, UART],
    dma: true,
  },
  {
    ...base,
    name: "manager",
    boot: true,
    managesCells: true,
    gives: ["cells", "ports", "devices"],
    restart: "always",
    restartLimit: 100,
    promises: PHOTON | EVERYTHING,
    channels: [uses(PORT_SESSION), uses(PORT_STREAM_OUT), uses(PORT_FREE, CHANNEL_RIGHTS, true)],
    quota: quota(72, 6),
  },
  {
    ...base,
    name: "parent",
    boot: true,
    restartLimit: 100,
    channels: [uses(PORT_STREAM_OUT), uses(PORT_SESSION, CHANNEL_RIGHTS, true), uses(PORT_FREE)],
    quota: quota(256, 5),
  },
  { ...base, name: "seal", boot: true, restart: "always", restartLimit: 100, promises: MATTER, seals: true },
  { ...base, name: "worker", channels: [uses(PORT_STREAM_OUT), uses(PORT_SESSION)], quota: quota(68, 4) },
  // It has more channels than it may open, unless its parent gives it one of them.
  { ...base, name: "poor", channels: [uses(PORT_STREAM_OUT), uses(PORT_FREE)], quota: quota(67, 1) },
  {
    ...base,
    name: "shy",
    restart: "never",
    acceptsGrants: false,
    promises: GRAVITY | BigInt(abi.PROMISE_STDIO),
    channels: [uses(PORT_STREAM_OUT, abi.RIGHT_SEND | abi.RIGHT_TICK)],
  },
  { ...base, name: "orphan", restart: "never", promises: MATTER | BigInt(abi.PROMISE_RPATH | abi.PROMISE_EXEC) },
  { ...base, name: "lazy", restartLimit: 0, channels: [uses(PORT_FREE, CHANNEL_RIGHTS, true)], quota: quota(67, 2) },
];

const RESTART = { never: abi.RESTART_NEVER, "on-fault": abi.RESTART_ON_FAULT, always: abi.RESTART_ALWAYS };
const GIFTS = { devices: abi.GIVE_DEVICES, cells: abi.GIVE_CELLS, ports: abi.GIVE_PORTS };
const MEMORY_PAGES = 1;
const STACK = 65536;
const MILLISECOND = 1_000_000n;

interface Layout {
  readonly size: number;
  readonly fields: Readonly<Record<string, { readonly offset: number; readonly type: string }>>;
}

/** Writes fields of a record that starts at `at`. */
function write(view: DataView, at: number, layout: Layout, values: Readonly<Record<string, number | bigint>>): void {
  for (const [name, value] of Object.entries(values)) {
    const { offset, type } = layout.fields[name]!;
    if (type === "u8") view.setUint8(at + offset, Number(value));
    else if (type === "u64") view.setBigUint64(at + offset, BigInt(value), true);
    else view.setUint32(at + offset, Number(value), true);
  }
}

/** The ImageRecord for a manifest. */
export function imageRecord(image: Image): Uint8Array {
  const bytes = new Uint8Array(abi.IMAGE_SIZE);
  bytes.set(Buffer.from(image.name));
  const view = new DataView(bytes.buffer);
  write(view, 0, abi.ImageRecord, {
    kind: abi.KIND_NPL,
    spectrum: Number(image.promises >> BigInt(abi.SPECTRUM_SHIFT)),
    restart: RESTART[image.restart],
    flags:
      (image.boot ? abi.IMAGE_BOOT : 0) |
      (image.acceptsGrants ? abi.IMAGE_ACCEPTS_GRANTS : 0) |
      (image.managesCells ? abi.IMAGE_MANAGES_CELLS : 0) |
      (image.dma ? abi.IMAGE_DMA : 0) |
      (image.seals ? abi.IMAGE_SEAL : 0),
    ports: image.ports.length,
    channels: image.channels.length,
    devices: image.devices.length,
    memoryMin: MEMORY_PAGES,
    memoryMax: MEMORY_PAGES,
    stack: STACK,
    restartLimit: image.restartLimit,
    restartSpanMs: image.restartWindow / MILLISECOND,
    mayGive: image.gives.reduce((sum, gift) => sum | GIFTS[gift], 0),
    arenaMost: image.quota.arena,
    channelsMost: image.quota.channels,
    promises: image.promises,
  });
  image.ports.forEach(({ stream: isStream, ...rest }, n) =>
    write(view, abi.IMAGE_PORTS + n * abi.PortRecord.size, abi.PortRecord, {
      ...rest,
      flags: isStream ? abi.PORT_STREAM : 0,
    }),
  );
  image.channels.forEach(({ port, rights, lazy }, n) =>
    write(view, abi.IMAGE_CHANNELS + n * abi.ChannelRecord.size, abi.ChannelRecord, {
      port,
      rights,
      flags: lazy ? abi.CHANNEL_LAZY : 0,
    }),
  );
  image.devices.forEach((compatible, n) => {
    const at = abi.IMAGE_DEVICES + n * abi.DeviceRecord.size;
    bytes.set(Buffer.from(compatible), at);
    write(view, at, abi.DeviceRecord, { rights: abi.LEND_READ | abi.LEND_WRITE });
  });
  return bytes;
}

/** The SpawnSpec followed by its grants, for address `at` in the parent's memory. */
export function spawnSpec(
  name: string,
  promises: bigint,
  gifts: readonly { slot: number; rights: number; port: number }[],
  at: number,
): Uint8Array {
  const { size } = abi.SpawnSpec;
  const bytes = new Uint8Array(size + gifts.length * abi.SpawnGrant.size);
  bytes.set(Buffer.from(name));
  const view = new DataView(bytes.buffer);
  const grants = gifts.length ? at + size : 0;
  write(view, 0, abi.SpawnSpec, { promises: BigInt.asUintN(64, promises), grants, grantCount: gifts.length });
  gifts.forEach((gift, n) => write(view, size + n * abi.SpawnGrant.size, abi.SpawnGrant, gift));
  return bytes;
}
