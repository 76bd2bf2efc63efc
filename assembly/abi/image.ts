/*
 * The compiled manifest: one ImageRecord of 1,024 bytes for each cell of a system, made from cell.kdl
 * by host/pipeline and handed to the kernel by hal.images.
 *
 *     0  ImageRecord
 *   128  8 x PortRecord, 32 bytes each: what the cell serves
 *   384  16 x ChannelRecord, 16 bytes each: what it connects to; the n-th gets slot 1 + n
 *   640  4 x DeviceRecord, 96 bytes each: its device windows; the n-th gets slot 1 + channels + n
 */

import { COMPATIBLE_SIZE, MOUNT_SIZE, NAME_SIZE } from "./sizes";

/** Bytes of an image record with its arrays. */
export const IMAGE_SIZE: u32 = 1024;
/** Offset of the ports. */
export const IMAGE_PORTS: u32 = 128;
/** Most ports a cell can serve. */
export const IMAGE_PORTS_MAX: u32 = 8;
/** Offset of the channels. */
export const IMAGE_CHANNELS: u32 = 384;
/** Most channels in a manifest. */
export const IMAGE_CHANNELS_MAX: u32 = 16;
/** Offset of the devices. */
export const IMAGE_DEVICES: u32 = 640;
/** Most devices in a manifest. */
export const IMAGE_DEVICES_MAX: u32 = 4;
/** Most images in a system. */
export const IMAGES_MAX: u32 = 64;

/** Kind: driver or service. */
export const KIND_NPL: u32 = 0;
/** Kind: application. */
export const KIND_NPK: u32 = 1;
/** Kind: interface. */
export const KIND_NPI: u32 = 2;

/** Restart policy: never. */
export const RESTART_NEVER: u32 = 0;
/** Restart policy: after a fault or a kill. */
export const RESTART_ON_FAULT: u32 = 1;
/** Restart policy: after any end. */
export const RESTART_ALWAYS: u32 = 2;

/** Flag: started at boot. */
export const IMAGE_BOOT: u32 = 1;
/** Flag: when this cell ends for good the machine powers off with its status. */
export const IMAGE_MAIN: u32 = 2;
/** Flag: needs DMA: its memory is populated and physically contiguous. */
export const IMAGE_DMA: u32 = 4;
/** Flag: accepts grants from others. */
export const IMAGE_ACCEPTS_GRANTS: u32 = 8;
/** Flag: gets a slot that holds all cells, with INFO and KILL. */
export const IMAGE_MANAGES_CELLS: u32 = 16;
/** Flag: has native code for metal. */
export const IMAGE_NATIVE: u32 = 32;
/** Flag: the cell that verifies packages; it holds no capability. */
export const IMAGE_SEAL: u32 = 64;
/** Flag: the cell that keeps the ledger: gets a slot on which it receives audit events. */
export const IMAGE_LEDGER: u32 = 128;
/** Flag: the cell that makes one tree of all files: gets a slot for each port that is mounted. */
export const IMAGE_MOUNTS: u32 = 256;

/** May give: the devices that a child's manifest names. */
export const GIVE_DEVICES: u32 = 1;
/** May give: the slot that holds all cells. */
export const GIVE_CELLS: u32 = 2;
/** May give: the slot of the ledger. */
export const GIVE_LEDGER: u32 = 4;
/** May give: ports that need no promise. */
export const GIVE_PORTS: u32 = 8;
/** Holds the ports that are mounted; nobody may give them. */
export const GIVE_MOUNTS: u32 = 16;

/** Bytes of the arena that a cell may have by default: enough for a client of files, and pipes. */
export const ARENA_DEFAULT: u32 = 524288;
/** Channels that a cell may have by default. */
export const CHANNELS_DEFAULT: u32 = 32;

/** Port flag: a stream keeps unread messages over a restart; without it the port is a session (9P). */
export const PORT_STREAM: u32 = 1;
/** Port flag: every cell whose manifest names the port may connect to it, no matter who spawned it. */
export const PORT_PUBLIC: u32 = 2;
/** Port flag: its files are mounted where the image says. */
export const PORT_MOUNTED: u32 = 4;
/** Channel flag: a PORT capability instead of an open channel; META_CONNECT opens it. */
export const CHANNEL_LAZY: u32 = 1;
/** Device flag: the base is an I/O port number (x86). */
export const DEVICE_IO_PORTS: u32 = 1;

/** Head of an image record. */
@unmanaged
export class ImageRecord {
  /** Name, UTF-8, padded with NUL. */
  @bytes(NAME_SIZE)
  name: bytes;
  /** KIND_... */
  kind: u8;
  /** SPECTRUM_... */
  spectrum: u8;
  /** RESTART_... */
  restart: u8;
  /** Layer of the blocking order: a cell sends blocking only to lower layers. */
  layer: u8;
  /** IMAGE_BOOT and so on. */
  flags: u32;
  /** PortRecords in use. */
  ports: u32;
  /** ChannelRecords in use. */
  channels: u32;
  /** DeviceRecords in use. */
  devices: u32;
  /** First size of the linear memory, in pages of 64 KiB. */
  memoryMin: u32;
  /** Largest size of the linear memory, in pages of 64 KiB. */
  memoryMax: u32;
  /** Native stack, in bytes. */
  stack: u32;
  /** Longest run without a blocking call, in milliseconds; 0 for no limit. */
  watchdogMs: u32;
  /** Restarts allowed in the restart span. */
  restartLimit: u32;
  /** Restart span, in milliseconds. */
  restartSpanMs: u32;
  /** GIVE_...: what it may give to the cells that it spawns, if it was started at boot. */
  mayGive: u32;
  /** Promises, with the spectrum in bits 63:62. */
  promises: u64;
  /** Most bytes of the arena: rings and checkpoints. */
  arenaMost: u32;
  /** Most channels. */
  channelsMost: u32;
  /** Where the files of its port with PORT_MOUNTED are found, padded with NUL; empty where the machine says it. */
  @bytes(MOUNT_SIZE)
  mount: bytes;
}

/** A port that a cell serves; each client gets a channel of this geometry. */
@unmanaged
export class PortRecord {
  /** Port number. */
  port: u32;
  /** PORT_STREAM, PORT_PUBLIC, PORT_MOUNTED. */
  flags: u32;
  /** Entry size of the ring from client to server; 0 for no ring. */
  inSize: u32;
  /** Entry count of the ring from client to server. */
  inCount: u32;
  /** Entry size of the ring from server to client; 0 for no ring. */
  outSize: u32;
  /** Entry count of the ring from server to client. */
  outCount: u32;
  /** Most clients at once. */
  clients: u32;
  /** The promises of which a client needs one, ORed; 0 for a port that needs none. */
  needs: u32;
}

/** A port that a cell uses. */
@unmanaged
export class ChannelRecord {
  /** Port number. */
  port: u32;
  /** Rights over the channel. */
  rights: u32;
  /** CHANNEL_LAZY. */
  flags: u32;
  /** 0. */
  reserved: u32;
}

/** A device window that a cell asks for. */
@unmanaged
export class DeviceRecord {
  /** Compatible string, padded with NUL. */
  @bytes(COMPATIBLE_SIZE)
  compatible: bytes;
  /** LEND_READ, LEND_WRITE. */
  rights: u32;
  /** Width of the reset write in bytes, 0 for none: done by quiesce. */
  resetWidth: u32;
  /** Offset of the reset write. */
  resetOffset: u32;
  /** 0. */
  reserved: u32;
  /** Value of the reset write. */
  resetValue: u64;
  /** 0. */
  reserved2: u64;
}
