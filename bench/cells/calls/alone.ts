/*
 * What one cell can measure by itself: a minimal call, leaving and entering a cell, and the two halves of a transfer of
 * 64 bytes when no cell waits at the other end.
 */
import { Channel, now } from "rumpk";
import { recv, send, wait } from "rumpk/raw";
import { report } from "./report";

const COUNT: i32 = 10000;
/** Messages in a ring, and how often it is filled and emptied. */
const RING: i32 = 256;
const FILLS: i32 = 40;
const SLOT: i32 = 128;
const MESSAGE: i32 = 64;

const buffer = memory.data(128, 8);

/** A clock reading: a trip into the kernel and back, and one call to the machine. */
export function clockCall(): void {
  now();
  const start = now();
  for (let i = 1; i < COUNT; i++) now();
  report("clock", now() - start, COUNT);
}

/** Yields with no other cell ready: the kernel leaves the cell, schedules it, enters it, and its call is repeated. */
export function switches(): void {
  wait(0, 0);
  const start = now();
  for (let i = 0; i < COUNT; i++) wait(0, 0);
  report("enter", now() - start, COUNT);
}

function fill(slot: i32): void {
  for (let i = 0; i < RING; i++) send(slot, buffer, MESSAGE, 0);
}

function drain(slot: i32): void {
  for (let i = 0; i < RING; i++) recv(slot, buffer, SLOT, 0);
}

export function send64(): void {
  const ends = Channel.pair(SLOT, RING);
  fill(ends[0].slot);
  drain(ends[1].slot);
  let time: i64 = 0;
  for (let i = 0; i < FILLS; i++) {
    const start = now();
    fill(ends[0].slot);
    time += now() - start;
    drain(ends[1].slot);
  }
  report("send", time, FILLS * RING);
  ends[0].close();
  ends[1].close();
}

export function receive64(): void {
  const ends = Channel.pair(SLOT, RING);
  fill(ends[0].slot);
  drain(ends[1].slot);
  let time: i64 = 0;
  for (let i = 0; i < FILLS; i++) {
    fill(ends[0].slot);
    const start = now();
    drain(ends[1].slot);
    time += now() - start;
  }
  report("recv", time, FILLS * RING);
  ends[0].close();
  ends[1].close();
}
