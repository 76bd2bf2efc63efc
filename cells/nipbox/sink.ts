/*
 * A file that receives the output of a pipeline: opened before anything runs, written message by message as output
 * comes through the worker's pipe. When writing fails, the pipe is closed, which ends the worker.
 */

import { Channel, File, errorText, fileError } from "rumpk";
import { EAGAIN, NOWAIT } from "rumpk/abi";
import { recv } from "rumpk/raw";
import { Bytes } from "./bytes";
import { complain } from "./output";
import { fromCurrent } from "./paths";

/** Bytes of a message, at most. */
const PART: i32 = 4092;
/** Entry size of the channel: a message and its length. */
export const SINK_SLOT: i32 = PART + 4;
/** Entries of the channel. */
export const SINK_COUNT: i32 = 4;

const part: StaticArray<u8> = new StaticArray<u8>(PART);

export class Sink {
  /** Not everything could be written. */
  failed: bool = false;
  private channel: Channel | null = null;

  constructor(
    private readonly path: string,
    private readonly file: File,
  ) {}

  /** Takes what comes from `channel`. */
  listen(channel: Channel): void {
    this.channel = channel;
  }

  /** The slot to watch, -1 for none. */
  get slot(): i32 {
    const channel = this.channel;
    return channel === null ? -1 : channel.slot;
  }

  /** Takes one message: false when there is none. */
  receive(): bool {
    if (this.slot < 0) return false;
    const length = <i32>recv(this.slot, changetype<usize>(part), PART, NOWAIT);
    if (length < 0) {
      if (length != EAGAIN) this.hangUp();
      return false;
    }
    if (!this.write(changetype<usize>(part), length)) this.hangUp();
    return true;
  }

  /** Writes bytes from memory. */
  take(bytes: Bytes): void {
    this.write(bytes.start, bytes.length);
  }

  /** Writes what is left in the pipe, and closes both. */
  finish(): void {
    while (this.receive()) {}
    this.hangUp();
    this.file.close();
  }

  private write(data: usize, length: i32): bool {
    const result = this.file.writeRange(data, length);
    if (result >= 0) return true;
    this.failed = true;
    complain("nipbox: " + this.path + ": " + errorText(result));
    return false;
  }

  private hangUp(): void {
    const channel = this.channel;
    if (channel !== null) channel.close();
    this.channel = null;
  }
}

/**
 * Opens the file at `path`, emptied or, with `appends`, behind what is in it; complains and answers null when that is
 * not possible.
 */
export function openSink(path: string, appends: bool): Sink | null {
  const target = fromCurrent(path);
  const file = appends ? File.append(target) : File.create(target);
  if (file !== null) return new Sink(path, file);
  complain("nipbox: " + path + ": " + errorText(fileError()));
  return null;
}
