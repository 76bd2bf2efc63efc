/*
 * cell.kdl, the manifest of a cell: what it is, what it may use and what it serves. docs/manifest.md describes it for
 * people; the shape below is the same in code. A Manifest holds only numbers, ready for record.ts.
 */
import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

import { Entry, Node } from "@bgotink/kdl";

import * as abi from "../../abi.js";
import { CELL_LIBRARIES } from "../library/libraries.js";
import { Shapes, Source, errorAt, readKdl } from "./kdl.js";
import { flagsOf, integerOf, sizeOf, timeOf, wordOf } from "./values.js";
import { WORKER_SHAPE, Worker, workersOf } from "./workers.js";

export interface Port {
  port: number;
  flags: number;
  inSize: number;
  inCount: number;
  outSize: number;
  outCount: number;
  clients: number;
  /** The promises of which a client needs one, ORed; 0 for none. */
  needs: number;
}

export interface Channel {
  port: number;
  rights: number;
  flags: number;
}

export interface Device {
  compatible: string;
  rights: number;
  resetWidth: number;
  resetOffset: number;
  resetValue: number;
}

export type Runtime = "stub" | "minimal" | "incremental";
export type Goal = "speed" | "size";

export interface Manifest {
  /** Absolute path of cell.kdl. */
  path: string;
  name: string;
  /** Absolute path of the source. */
  source: string;
  runtime: Runtime;
  /** What the compilers optimize for. */
  optimize: Goal;
  kind: number;
  spectrum: number;
  restart: number;
  layer: number;
  flags: number;
  /** Pages of 64 KiB; 0 as `memoryMin` means what the module declares. */
  memoryMin: number;
  memoryMax: number;
  /** Instances that can run at once under wasmtime; 0 for the default of its kind. */
  instances: number;
  stack: number;
  watchdogMs: number;
  restartLimit: number;
  restartSpanMs: number;
  /** GIVE_..., ORed. */
  mayGive: number;
  /** Bytes of the arena that it may use. */
  arenaMost: number;
  /** Channels that it may have. */
  channelsMost: number;
  promises: number;
  ports: Port[];
  /** Path at which the files of its port with PORT_MOUNTED are found; "" for none, or where the machine says it. */
  mount: string;
  channels: Channel[];
  devices: Device[];
  /** C libraries that are linked into it. */
  libraries: string[];
  /** Commands that it runs as separate cells. */
  workers: Worker[];
}

const KINDS = { npl: abi.KIND_NPL, npk: abi.KIND_NPK, npi: abi.KIND_NPI };
const SPECTRA = {
  void: abi.SPECTRUM_VOID,
  gravity: abi.SPECTRUM_GRAVITY,
  matter: abi.SPECTRUM_MATTER,
  photon: abi.SPECTRUM_PHOTON,
};
const RESTARTS = { never: abi.RESTART_NEVER, "on-fault": abi.RESTART_ON_FAULT, always: abi.RESTART_ALWAYS };
const PROMISES = {
  stdio: abi.PROMISE_STDIO,
  rpath: abi.PROMISE_RPATH,
  wpath: abi.PROMISE_WPATH,
  inet: abi.PROMISE_INET,
  exec: abi.PROMISE_EXEC,
};
const RIGHTS = {
  send: abi.RIGHT_SEND,
  recv: abi.RIGHT_RECV,
  map: abi.RIGHT_MAP,
  mask: abi.RIGHT_MASK,
  tick: abi.RIGHT_TICK,
  grant: abi.RIGHT_GRANT,
};
const GIFTS = {
  devices: abi.GIVE_DEVICES,
  "all-cells": abi.GIVE_CELLS,
  ledger: abi.GIVE_LEDGER,
  ports: abi.GIVE_PORTS,
};
const WINDOW_RIGHTS = { read: abi.LEND_READ, write: abi.LEND_WRITE };
const GOALS = { speed: 0, size: 1 };
const RUNTIMES = { stub: 0, minimal: 1, incremental: 2 };
const CHANNEL_RIGHTS = Object.values(RIGHTS).reduce((sum, right) => sum | right, 0);

/** Upper bounds, above what the kernel has: bytes of its memory, channels (assembly/rumpk/base/limits.ts). */
const ARENA = abi.KERNEL_BOOT_AREA;
const CHANNELS = 512;
const NAME = /^[a-z][a-z0-9-]{0,30}$/;
/** Names that are not "." or "..". */
const MOUNT = /^(?:\/(?!\.{1,2}(?:\/|$))[^/\0]+)+$/;
/** The promises for files. */
const FILES = abi.PROMISE_RPATH | abi.PROMISE_WPATH;
const RING = { properties: { slot: "number", count: "number" } } as const;

const SHAPES: Shapes = {
  cell: {
    required: true,
    arguments: ["string"],
    children: {
      kind: { required: true, arguments: ["string"] },
      source: { arguments: ["string"] },
      runtime: { arguments: ["string"] },
      optimize: { arguments: ["string"] },
      memory: { required: true, properties: { min: "number", max: "number" } },
      instances: { arguments: ["number"] },
      stack: { arguments: ["string"] },
      spectrum: { arguments: ["string"] },
      watchdog: { arguments: ["string"] },
      restart: { arguments: ["string"], properties: { limit: "number", window: "string" } },
      layer: { arguments: ["number"] },
      promises: { rest: "string" },
      boot: {},
      dma: {},
      "accepts-grants": {},
      "manages-cells": {},
      "may-give": { rest: "string" },
      quota: { properties: { arena: "string", channels: "number" } },
      seal: {},
      ledger: {},
      mounts: {},
      port: {
        arguments: ["number"],
        repeats: true,
        children: {
          clients: { required: true, arguments: ["number"] },
          needs: { rest: "string" },
          mount: { rest: "string" },
          in: RING,
          out: RING,
          stream: {},
          public: {},
        },
      },
      channel: {
        arguments: ["number"],
        properties: { lazy: "boolean" },
        repeats: true,
        children: { rights: { rest: "string" } },
      },
      device: {
        arguments: ["string"],
        rest: "string",
        repeats: true,
        children: { reset: { properties: { width: "number", offset: "number", value: "number" } } },
      },
      library: { arguments: ["string"], repeats: true },
      worker: WORKER_SHAPE,
    },
  },
};

/** Reads DIR/cell.kdl. */
export function readManifest(directory: string): Manifest {
  const source = readKdl(resolve(directory, "cell.kdl"), SHAPES);
  const cell = source.document.findNodeByName("cell")!;
  const node = (name: string) => cell.children?.findNodeByName(name);
  const argument = (name: string) => node(name)?.getArgumentEntry(0);
  const restart = node("restart");
  const promises = flagsOf(source, node("promises"), PROMISES);
  const flags = flagsOfCell(source, cell);
  return {
    path: source.path,
    name: cellName(source, cell),
    source: sourceFile(source, node("source")),
    runtime: choiceOf<Runtime>(source, argument("runtime"), RUNTIMES, "incremental"),
    optimize: choiceOf<Goal>(source, argument("optimize"), GOALS, "speed"),
    kind: wordOf(source, argument("kind"), KINDS, abi.KIND_NPK),
    spectrum: wordOf(source, argument("spectrum"), SPECTRA, abi.SPECTRUM_MATTER),
    restart: wordOf(source, argument("restart"), RESTARTS, abi.RESTART_NEVER),
    layer: integerOf(source, argument("layer"), 0, 255, 255),
    flags,
    ...memoryOf(source, node("memory")!),
    instances: integerOf(source, argument("instances"), 1, 64, 0),
    stack: stackOf(source, node("stack")),
    watchdogMs: timeOf(source, argument("watchdog"), 5000),
    restartLimit: integerOf(source, restart?.getPropertyEntry("limit"), 0, 1000, 5),
    restartSpanMs: timeOf(source, restart?.getPropertyEntry("window"), 10000),
    mayGive: flagsOf(source, node("may-give"), GIFTS),
    ...quotaOf(source, node("quota")),
    promises,
    ports: portsOf(source, cell),
    mount: mountOf(source, cell),
    channels: channelsOf(source, cell),
    devices: devicesOf(source, cell, (flags & abi.IMAGE_DMA) !== 0),
    libraries: librariesOf(source, cell),
    workers: workersOf(source, cell, promises, PROMISES),
  };
}

function cellName(source: Source, cell: Node): string {
  const name = String(cell.getArgument(0));
  if (NAME.test(name)) return name;
  throw errorAt(source, cell.getArgumentEntry(0)!, "a name has 1 to 31 letters a-z, digits and dashes, a letter first");
}

function sourceFile(source: Source, node: Node | undefined): string {
  const name = String(node?.getArgument(0) ?? "main.ts");
  const path = join(dirname(source.path), name);
  const place = node?.getArgumentEntry(0) ?? source.document.nodes[0]!;
  if (!/\.(ts|wat|wasm)$/.test(name)) throw errorAt(source, place, "a source ends with .ts, .wat or .wasm");
  if (!existsSync(path)) throw errorAt(source, place, `there is no source "${name}" beside the manifest`);
  return path;
}

/** A word from a list, kept as a word. */
function choiceOf<T extends string>(
  source: Source,
  entry: Entry | undefined,
  words: Record<T, number>,
  otherwise: T,
): T {
  wordOf(source, entry, words, 0);
  return (entry?.getValue() ?? otherwise) as T;
}

function flagsOfCell(source: Source, cell: Node): number {
  const flags = {
    boot: abi.IMAGE_BOOT,
    dma: abi.IMAGE_DMA,
    "accepts-grants": abi.IMAGE_ACCEPTS_GRANTS,
    "manages-cells": abi.IMAGE_MANAGES_CELLS,
    seal: abi.IMAGE_SEAL,
    ledger: abi.IMAGE_LEDGER,
    mounts: abi.IMAGE_MOUNTS,
  };
  let sum = 0;
  for (const [name, flag] of Object.entries(flags)) if (cell.children?.findNodeByName(name)) sum |= flag;
  if (sum & abi.IMAGE_SEAL) checkPowerless(source, cell);
  return sum;
}

/** The sealing cell judges all others, so it may hold nothing that could be used against them. */
function checkPowerless(source: Source, cell: Node): void {
  const held = [
    "promises",
    "dma",
    "accepts-grants",
    "manages-cells",
    "may-give",
    "ledger",
    "mounts",
    "port",
    "channel",
    "device",
    "worker",
  ];
  for (const name of held) {
    const node = cell.children?.findNodeByName(name);
    if (node) throw errorAt(source, node, `a cell that seals holds no capability, so it has no "${name}"`);
  }
}

function memoryOf(source: Source, node: Node): { memoryMin: number; memoryMax: number } {
  const max = node.getPropertyEntry("max");
  if (!max) throw errorAt(source, node, "memory needs max=PAGES, in pages of 64 KiB");
  const memoryMax = integerOf(source, max, 1, abi.WASM_PAGE - 1, 0);
  return { memoryMin: integerOf(source, node.getPropertyEntry("min"), 1, memoryMax, 0), memoryMax };
}

/** How much of the shared resources it may use. */
function quotaOf(source: Source, node: Node | undefined): { arenaMost: number; channelsMost: number } {
  const arenaMost = sizeOf(source, node?.getPropertyEntry("arena"), abi.ARENA_DEFAULT);
  if (arenaMost > ARENA) throw errorAt(source, node!, `a quota of the arena is at most ${ARENA / 1024}KiB`);
  const channelsMost = integerOf(source, node?.getPropertyEntry("channels"), 0, CHANNELS, abi.CHANNELS_DEFAULT);
  return { arenaMost, channelsMost };
}

function stackOf(source: Source, node: Node | undefined): number {
  const stack = sizeOf(source, node?.getArgumentEntry(0), 64 * 1024);
  if (stack >= 16384 && stack <= 1 << 20 && stack % 4096 === 0) return stack;
  throw errorAt(source, node!, "a stack is 16KiB to 1MiB, in steps of 4KiB");
}

function portsOf(source: Source, cell: Node): Port[] {
  const nodes = cell.children?.findNodesByName("port") ?? [];
  checkCount(source, nodes, abi.IMAGE_PORTS_MAX);
  return nodes.map((node) => {
    const inner = (name: string) => node.children?.findNodeByName(name);
    const [inSize, inCount] = ringOf(source, inner("in"));
    const [outSize, outCount] = ringOf(source, inner("out"));
    if (!inSize && !outSize) throw errorAt(source, node, "a port needs a ring: in slot=.. count=.., out, or both");
    const clients = integerOf(source, inner("clients")?.getArgumentEntry(0), 1, 62, 1);
    return {
      port: portNumber(source, node),
      flags:
        (inner("stream") ? abi.PORT_STREAM : 0) |
        (inner("public") ? abi.PORT_PUBLIC : 0) |
        (inner("mount") ? abi.PORT_MOUNTED : 0),
      inSize,
      inCount,
      outSize,
      outCount,
      clients,
      needs: needsOf(source, inner("needs")),
    };
  });
}

/** Where the port of a file server is mounted; "" where the machine says it, as for folders of the host. */
function mountOf(source: Source, cell: Node): string {
  const ports = cell.children?.findNodesByName("port") ?? [];
  const nodes = ports.flatMap(({ children }) => children?.findNodesByName("mount") ?? []);
  if (nodes.length > 1) throw errorAt(source, nodes[1]!, "one port of a cell is mounted");
  const [node] = nodes;
  if (!node) return "";
  const path = String(node.getArgument(0) ?? "");
  if (node.getArgumentEntries().length > 1 || (path && !MOUNT.test(path)) || Buffer.byteLength(path) > abi.MOUNT_SIZE)
    throw errorAt(source, node, `a mount is one absolute path of at most ${abi.MOUNT_SIZE} bytes, such as "/data"`);
  const port = ports.find(({ children }) => children?.findNodeByName("mount"))!;
  if (needsOf(source, port.children!.findNodeByName("needs")) & FILES) return path;
  throw errorAt(source, node, 'what is mounted is files, so its port needs "rpath", "wpath" or both');
}

/**
 * The promise that a client of a port must have: one promise, or one of the two for files. A server may accuse a client
 * that has one of its port's promises of using another, so more pairs would give it power over clients of any kind.
 */
function needsOf(source: Source, node: Node | undefined): number {
  const needs = flagsOf(source, node, PROMISES);
  if ((needs & (needs - 1)) === 0 || needs === FILES) return needs;
  throw errorAt(source, node!, 'a port needs one promise, or "rpath" "wpath"');
}

function ringOf(source: Source, node: Node | undefined): [size: number, count: number] {
  if (!node) return [0, 0];
  const size = node.getPropertyEntry("slot");
  const count = node.getPropertyEntry("count");
  if (!size || !count) throw errorAt(source, node, "a ring needs slot=BYTES and count=ENTRIES");
  const bytes = integerOf(source, size, abi.RING_ENTRY_MIN, abi.RING_ENTRY_MAX, 0);
  const slots = integerOf(source, count, 1, abi.RING_COUNT_MAX, 0);
  if (bytes % 8) throw errorAt(source, size, "a slot is a multiple of 8 bytes");
  if (slots & (slots - 1)) throw errorAt(source, count, "a count is a power of two");
  return [bytes, slots];
}

function channelsOf(source: Source, cell: Node): Channel[] {
  const nodes = cell.children?.findNodesByName("channel") ?? [];
  checkCount(source, nodes, abi.IMAGE_CHANNELS_MAX);
  return nodes.map((node) => {
    const rights = node.children?.findNodeByName("rights");
    return {
      port: portNumber(source, node),
      rights: rights ? flagsOf(source, rights, RIGHTS) : CHANNEL_RIGHTS,
      flags: node.getProperty("lazy") === true ? abi.CHANNEL_LAZY : 0,
    };
  });
}

function devicesOf(source: Source, cell: Node, dma: boolean): Device[] {
  const nodes = cell.children?.findNodesByName("device") ?? [];
  checkCount(source, nodes, abi.IMAGE_DEVICES_MAX);
  return nodes.map((node) => ({
    compatible: deviceName(source, node, dma),
    rights: flagsOf(source, node, WINDOW_RIGHTS, 1) || abi.LEND_READ | abi.LEND_WRITE,
    ...resetOf(source, node.children?.findNodeByName("reset")),
  }));
}

/**
 * The compatible string of a device on which a cell, with or without `dma`, may have a window (assembly/abi/device.ts).
 */
function deviceName(source: Source, node: Node, dma: boolean): string {
  const name = String(node.getArgument(0));
  const isIn = (list: string) => list.split(" ").includes(name);
  if (Buffer.byteLength(name) > 63) throw errorAt(source, node, "a compatible string has at most 63 bytes");
  if (isIn(abi.DEVICES_RESERVED) || isIn(abi.DEVICES_CONTROLLERS))
    throw errorAt(source, node, "interrupt controllers, timers and flash are no devices for cells");
  if (!dma && !isIn(abi.DEVICES_PLAIN))
    throw errorAt(source, node, `"${name}" is not known to be no bus master, so a window on it needs "dma"`);
  return name;
}

/** The write that stops a device: one that the machine can do, without truncation. */
function resetOf(source: Source, node: Node | undefined): Omit<Device, "compatible" | "rights"> {
  const entry = (name: string) => node?.getPropertyEntry(name);
  const resetWidth = integerOf(source, entry("width"), 1, 8, node ? 1 : 0);
  const resetOffset = integerOf(source, entry("offset"), 0, 0xffffffff, 0);
  const most = Math.min(2 ** (8 * resetWidth) - 1, Number.MAX_SAFE_INTEGER);
  const resetValue = integerOf(source, entry("value"), 0, most, 0);
  if (resetWidth & (resetWidth - 1)) throw errorAt(source, entry("width")!, "a width is 1, 2, 4 or 8 bytes");
  if (node && resetOffset % resetWidth) throw errorAt(source, entry("offset")!, "an offset is a multiple of the width");
  return { resetWidth, resetOffset, resetValue };
}

/** The C libraries of a cell in AssemblyScript; the other kinds of source cannot be linked with one. */
function librariesOf(source: Source, cell: Node): string[] {
  const nodes = cell.children?.findNodesByName("library") ?? [];
  const known = Object.fromEntries(CELL_LIBRARIES.map((name) => [name, 0]));
  const file = cell.children?.findNodeByName("source")?.getArgument(0) ?? "main.ts";
  const names = nodes.map((node) => {
    if (!String(file).endsWith(".ts")) throw errorAt(source, node, "a library needs a source in AssemblyScript");
    wordOf(source, node.getArgumentEntry(0), known, 0);
    return String(node.getArgument(0));
  });
  return [...new Set(names)];
}

function portNumber(source: Source, node: Node): number {
  return integerOf(source, node.getArgumentEntry(0), 1, 0xffff, 0);
}

function checkCount(source: Source, nodes: Node[], most: number): void {
  if (nodes.length > most) throw errorAt(source, nodes[most]!, `at most ${most} "${nodes[0]!.getName()}" nodes`);
}
