/*
 * Parents and children over the small system of system.ts: booted, everybody asleep, main as the parent. What several
 * specs need to spawn, to end and to listen.
 */
import { META_INFO, NEVER, NOWAIT } from "../../abi/calls";
import { CellInfo, EXIT_BLOCKED } from "../../abi/cell";
import { endCell } from "../life/blink";
import { recordFault } from "../life/endings";
import { sys_meta, sys_recv, sys_spawn, sys_wait } from "../kernel";
import { peek, setCellBody, setFault } from "./machine";
import { MAIN, bootSystem, pokeSpec, pokeWord, runReady } from "./system";

/** Where the parent's SpawnSpec lies, and its size. */
export const SPEC: u32 = 4096;
export const SPEC_SIZE: u32 = 64;
/** Where events and CellInfos are read to. */
export const ANSWER: u32 = 8192;

/** Boots the system and lets every cell fall asleep; the events of the boot are read. */
export function bootFamily(): void {
  expect<i32>(bootSystem()).toBe(0);
  setCellBody(sleepForEver);
  runReady(0);
  for (let cell: u32 = 0; cell <= MAIN; ++cell) skipEvents(cell);
}

/** The body of a cell that waits for nothing, for ever. */
export function sleepForEver(cell: u32, budget: i64): i32 {
  sys_wait(cell, 0, NEVER);
  return EXIT_BLOCKED;
}

/** main spawns `name`; the slot, or a negative errno. */
export function spawnNamed(name: string): i64 {
  pokeSpec(MAIN, SPEC, name, 0, 0);
  return sys_spawn(MAIN, SPEC, SPEC_SIZE);
}

/** main spawns `name` with one grant; the slot, or a negative errno. */
export function spawnWith(name: string, slot: u32, rights: u32, port: u32): i64 {
  pokeSpec(MAIN, SPEC, name, 0, 1);
  pokeWord(MAIN, SPEC + 64, slot);
  pokeWord(MAIN, SPEC + 68, rights);
  pokeWord(MAIN, SPEC + 72, port);
  pokeWord(MAIN, SPEC + 76, 0);
  return sys_spawn(MAIN, SPEC, SPEC_SIZE);
}

/** The table entry of the child in a slot of main. */
export function childIn(slot: i64): u32 {
  expect<i64>(sys_meta(MAIN, META_INFO, slot, 0, ANSWER)).toBe(offsetof<CellInfo>());
  return <u32>peek(MAIN, ANSWER + <u32>offsetof<CellInfo>("cell"));
}

/** main spawns `name`; the child's table entry. */
export function newChild(name: string): u32 {
  return childIn(spawnNamed(name));
}

/** A fault of a cell, seen as its run ends. */
export function crash(cell: u32, cause: u32): void {
  setFault(cell, cause, 0x1234, 0x5678);
  recordFault(cell);
  endCell(cell, cause, 0, false);
}

/** A u32 in a cell's memory. */
export function peekWord(cell: u32, at: u32): u32 {
  let word: u32 = 0;
  for (let i: u32 = 0; i < 4; ++i) word |= (<u32>peek(cell, at + i)) << (8 * i);
  return word;
}

/** Reads one event to ANSWER; its kind, or a negative errno. */
export function readEvent(cell: u32): i64 {
  const answer = sys_recv(cell, 0, ANSWER, 32, NOWAIT);
  return answer < 0 ? answer : peekWord(cell, ANSWER);
}

/** The slot of the event that was read last. */
export function eventsSlot(cell: u32): u32 {
  return peekWord(cell, ANSWER + 4);
}

/** Reads every event. */
export function skipEvents(cell: u32): void {
  while (readEvent(cell) > 0) {}
}
