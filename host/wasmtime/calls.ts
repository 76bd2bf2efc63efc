/*
 * Modules "rumpk" and "watchdog": what a cell may call. The machine knows which cell runs, so none can speak for another.
 */
import * as call from "../../assembly/abi/calls";
import { callFromCell, checkWatchdog, exitFromCell } from "./fibers";

export function rumpk_meta(op: i32, a: i64, b: i64, c: i64): i64 {
  return callFromCell(call.CALL_META, op, a, b, c);
}

export function rumpk_exit(status: i32): void {
  exitFromCell(status);
}

export function rumpk_spawn(spec: i32, length: i32): i64 {
  return callFromCell(call.CALL_SPAWN, spec, length, 0, 0);
}

export function rumpk_join(slot: i32, deadline: i64): i64 {
  return callFromCell(call.CALL_JOIN, slot, deadline, 0, 0);
}

export function rumpk_send(slot: i32, data: i32, length: i32, flags: i32): i64 {
  return callFromCell(call.CALL_SEND, slot, data, length, flags);
}

export function rumpk_recv(slot: i32, buffer: i32, capacity: i32, flags: i32): i64 {
  return callFromCell(call.CALL_RECV, slot, buffer, capacity, flags);
}

export function rumpk_wait(slots: i64, deadline: i64): i64 {
  return callFromCell(call.CALL_WAIT, slots, deadline, 0, 0);
}

export function rumpk_map(slot: i32, data: i32, length: i32, flags: i32): i64 {
  return callFromCell(call.CALL_MAP, slot, data, length, flags);
}

export function rumpk_mask(slot: i32, rights: i32): i64 {
  return callFromCell(call.CALL_MASK, slot, rights, 0, 0);
}

export function rumpk_grant(slot: i32, to: i32, rights: i32): i64 {
  return callFromCell(call.CALL_GRANT, slot, to, rights, 0);
}

export function rumpk_pledge(promises: i64): i64 {
  return callFromCell(call.CALL_PLEDGE, promises, 0, 0, 0);
}

export function rumpk_unveil(path: i32, length: i32, rights: i32): i64 {
  return callFromCell(call.CALL_UNVEIL, path, length, rights, 0);
}

export function rumpk_checkpoint(data: i32, length: i32): i64 {
  return callFromCell(call.CALL_CHECKPOINT, data, length, 0, 0);
}

export function watchdog_check(): void {
  checkWatchdog();
}
