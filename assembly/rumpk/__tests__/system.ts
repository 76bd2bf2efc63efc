/*
 * A small system for the kernel's tests, made as the build makes one: image records for five cells, a SysTable and an
 * empty device tree. `server` and `helper` accept grants.
 *
 *   index  image   boots  restart   serves                       uses
 *   0      server  yes    on fault  0x1001 stream, 0x2000 9P     -
 *   1      main    yes    never     -                            0x1001, 0x2000, all cells
 *   2      child   no     never     -                            0x1001
 *   3      crashy  no     on fault  -                            -
 *   4      helper  no     always    -                            0x2000 lazily, a 16550, all cells
 */
import {
  ARENA_DEFAULT,
  CHANNELS_DEFAULT,
  CHANNEL_LAZY,
  ChannelRecord,
  DeviceRecord,
  GIVE_CELLS,
  GIVE_DEVICES,
  GIVE_PORTS,
  IMAGE_ACCEPTS_GRANTS,
  IMAGE_BOOT,
  IMAGE_CHANNELS,
  IMAGE_DEVICES,
  IMAGE_MAIN,
  IMAGE_MANAGES_CELLS,
  IMAGE_PORTS,
  IMAGE_SIZE,
  ImageRecord,
  KIND_NPK,
  KIND_NPL,
  PORT_STREAM,
  PortRecord,
  RESTART_ALWAYS,
  RESTART_NEVER,
  RESTART_ON_FAULT,
} from "../../abi/image";
import { ABI_VERSION, LEND_READ, LEND_WRITE, NEVER } from "../../abi/calls";
import {
  PROMISE_DEVICE,
  PROMISE_RPATH,
  PROMISE_STDIO,
  PROMISE_WPATH,
  SPECTRUM_MATTER,
  SPECTRUM_PHOTON,
  SPECTRUM_SHIFT,
} from "../../abi/promise";
import { RIGHTS_ALL } from "../../abi/rights";
import { SpawnSpec } from "../../abi/spawn";
import { KERNEL_BOOT_AREA, SYSTABLE_MAGIC, SysTable } from "../../abi/systable";
import { boot, dispatch } from "../kernel";
import { EXIT_BLOCKED } from "../../abi/cell";
import { freshKernel, poke, setCellBody, setImages } from "./machine";

export const SERVER: u32 = 0;
export const MAIN: u32 = 1;
/** The server's slots: its clients in the order in which main was wired, above the slots of its manifest. */
export const SERVER_STREAM: u32 = 2;
export const SERVER_FILES: u32 = 3;
/** Main's slots, as its manifest says. */
export const MAIN_STREAM: u32 = 1;
export const MAIN_FILES: u32 = 2;
export const MAIN_CELLS: u32 = 3;
export const STREAM: u32 = 0x1001;
export const FILES: u32 = 0x2000;
/** Longest message of the stream, and how many it holds. */
export const STREAM_PAYLOAD: u32 = 60;
export const STREAM_COUNT: u32 = 2;
/** The watchdog of every cell. */
export const WATCHDOG: i64 = 100_000_000;
/** Restarts that `crashy` and the server are allowed. */
export const RESTARTS: u32 = 3;

/** Slots of a helper, as its manifest says. */
export const HELPER_FILES: u32 = 1;
export const HELPER_DEVICE: u32 = 2;
export const HELPER_CELLS: u32 = 3;
/** Clients that each port of the server takes. */
export const CLIENTS: u32 = 4;

const IMAGES: u32 = 5;
const records = memory.data(5 * 1024, 8);

function writeName(at: usize, name: string): void {
  for (let i = 0; i < name.length; ++i) store<u8>(at + i, <u8>name.charCodeAt(i));
}

function image(index: u32, name: string, flags: u32): ImageRecord {
  const record = changetype<ImageRecord>(records + index * IMAGE_SIZE);
  memory.fill(changetype<usize>(record), 0, IMAGE_SIZE);
  writeName(changetype<usize>(record), name);
  record.kind = <u8>(index == SERVER ? KIND_NPL : KIND_NPK);
  record.spectrum = <u8>(index == SERVER ? SPECTRUM_PHOTON : SPECTRUM_MATTER);
  record.restart = <u8>(index == SERVER || index == 3 ? RESTART_ON_FAULT : RESTART_NEVER);
  record.flags = flags;
  record.memoryMin = 1;
  record.memoryMax = 2;
  record.stack = 65536;
  record.watchdogMs = 100;
  record.restartLimit = RESTARTS;
  record.restartSpanMs = 1000;
  record.arenaMost = ARENA_DEFAULT;
  record.channelsMost = CHANNELS_DEFAULT;
  record.mayGive = index == MAIN ? GIVE_DEVICES | GIVE_CELLS | GIVE_PORTS : 0;
  record.promises = ((<u64>record.spectrum) << SPECTRUM_SHIFT) | 0x1f;
  return record;
}

function serve(record: ImageRecord, port: u32, needs: u32, flags: u32, size: u32, back: u32): void {
  const at = changetype<usize>(record) + IMAGE_PORTS + record.ports++ * offsetof<PortRecord>();
  const served = changetype<PortRecord>(at);
  served.port = port;
  served.needs = needs;
  served.flags = flags;
  served.inSize = size;
  served.inCount = STREAM_COUNT;
  served.outSize = back;
  served.outCount = back != 0 ? STREAM_COUNT : 0;
  served.clients = CLIENTS;
}

function use(record: ImageRecord, port: u32, flags: u32): void {
  const at = changetype<usize>(record) + IMAGE_CHANNELS + record.channels++ * offsetof<ChannelRecord>();
  const used = changetype<ChannelRecord>(at);
  used.port = port;
  used.rights = RIGHTS_ALL;
  used.flags = flags;
}

function wantDevice(record: ImageRecord, compatible: string): void {
  writeName(changetype<usize>(record) + IMAGE_DEVICES, compatible);
  changetype<DeviceRecord>(changetype<usize>(record) + IMAGE_DEVICES).rights = LEND_READ | LEND_WRITE;
  record.devices = 1;
  record.promises |= PROMISE_DEVICE;
}

function writeImages(): void {
  const server = image(SERVER, "server", IMAGE_BOOT | IMAGE_ACCEPTS_GRANTS);
  serve(server, STREAM, PROMISE_STDIO, PORT_STREAM, 64, 0);
  serve(server, FILES, PROMISE_RPATH | PROMISE_WPATH, 0, 128, 128);
  const main = image(MAIN, "main", IMAGE_BOOT | IMAGE_MAIN | IMAGE_MANAGES_CELLS);
  use(main, STREAM, 0);
  use(main, FILES, 0);
  use(image(2, "child", 0), STREAM, 0);
  image(3, "crashy", 0);
  const helper = image(4, "helper", IMAGE_ACCEPTS_GRANTS | IMAGE_MANAGES_CELLS);
  helper.restart = <u8>RESTART_ALWAYS;
  use(helper, FILES, CHANNEL_LAZY);
  wantDevice(helper, "ns16550a");
  setImages(records, IMAGES);
}

/** A port that an image uses from now on. */
export function useChannel(record: ImageRecord, port: u32): void {
  use(record, port, 0);
}

/** Boots the system; what boot answered. The cells have not run, and block for ever when they are entered. */
export function bootSystem(): i32 {
  freshKernel();
  writeImages();
  return bootAgain();
}

/** The record of an image, to be changed between prepareSystem and bootAgain. */
export function recordOf(index: u32): ImageRecord {
  return changetype<ImageRecord>(records + index * IMAGE_SIZE);
}

/** A machine switched on with the system's images, not yet booted. */
export function prepareSystem(): void {
  freshKernel();
  writeImages();
}

/** Hands the images over as they are now and boots. */
export function bootAgain(): i32 {
  setImages(records, IMAGES);
  const table = changetype<SysTable>(KERNEL_BOOT_AREA);
  table.magic = SYSTABLE_MAGIC;
  table.version = <u16>ABI_VERSION;
  table.ramSize = 1 << 26;
  table.bootNs = 1_000_000_000;
  table.seed0 = 1;
  table.seed1 = 2;
  setCellBody((cell, budget) => EXIT_BLOCKED);
  return boot(KERNEL_BOOT_AREA);
}

/** Runs whatever is ready. */
export function runReady(now: i64): i64 {
  return dispatch(now, NEVER);
}

/** Writes bytes of a string to a cell's memory. */
export function pokeText(cell: u32, at: u32, text: string): void {
  for (let i = 0; i < text.length; ++i) poke(cell, at + i, <u32>text.charCodeAt(i));
}

/** Writes a SpawnSpec for `name` to a cell's memory at `at`; grants lie at `at + 64`, arguments at `at + 512`. */
export function pokeSpec(cell: u32, at: u32, name: string, argsLength: u32, grantCount: u32): void {
  for (let i: u32 = 0; i < 64; ++i) poke(cell, at + i, 0);
  pokeText(cell, at, name);
  pokeWord(cell, at + <u32>offsetof<SpawnSpec>("args"), at + 512);
  pokeWord(cell, at + <u32>offsetof<SpawnSpec>("argsLength"), argsLength);
  pokeWord(cell, at + <u32>offsetof<SpawnSpec>("promises"), 0xffffffff);
  pokeWord(cell, at + <u32>offsetof<SpawnSpec>("promises") + 4, 0xffffffff);
  pokeWord(cell, at + <u32>offsetof<SpawnSpec>("grants"), at + 64);
  pokeWord(cell, at + <u32>offsetof<SpawnSpec>("grantCount"), grantCount);
}

/** Writes a u32 to a cell's memory. */
export function pokeWord(cell: u32, at: u32, value: u32): void {
  for (let i: u32 = 0; i < 4; ++i) poke(cell, at + i, (value >> (8 * i)) & 0xff);
}
