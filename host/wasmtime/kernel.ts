/*
 * The kernel's exports (docs/machine.md), and one function for all of its system calls.
 */
import * as call from "../../assembly/abi/calls";
import { ENOSYS } from "../../assembly/abi/errno";


@external("kernel", "boot")
export declare function boot(systable: u32): i32;


@external("kernel", "dispatch")
export declare function dispatch(now: i64, until: i64): i64;


@external("kernel", "interrupt")
export declare function interrupt(line: u32): void;


@external("kernel", "sys_meta")
declare function sysMeta(cell: u32, op: i32, a: i64, b: i64, c: i64): i64;


@external("kernel", "sys_exit")
declare function sysExit(cell: u32, status: i32): void;


@external("kernel", "sys_spawn")
declare function sysSpawn(cell: u32, spec: i32, length: i32): i64;


@external("kernel", "sys_join")
declare function sysJoin(cell: u32, slot: i32, deadline: i64): i64;


@external("kernel", "sys_send")
declare function sysSend(cell: u32, slot: i32, data: i32, length: i32, flags: i32): i64;


@external("kernel", "sys_recv")
declare function sysRecv(cell: u32, slot: i32, buffer: i32, capacity: i32, flags: i32): i64;


@external("kernel", "sys_wait")
declare function sysWait(cell: u32, slots: i64, deadline: i64): i64;


@external("kernel", "sys_map")
declare function sysMap(cell: u32, slot: i32, data: i32, length: i32, flags: i32): i64;


@external("kernel", "sys_mask")
declare function sysMask(cell: u32, slot: i32, rights: i32): i64;


@external("kernel", "sys_grant")
declare function sysGrant(cell: u32, slot: i32, to: i32, rights: i32): i64;


@external("kernel", "sys_pledge")
declare function sysPledge(cell: u32, promises: i64): i64;


@external("kernel", "sys_unveil")
declare function sysUnveil(cell: u32, path: i32, length: i32, rights: i32): i64;


@external("kernel", "sys_checkpoint")
declare function sysCheckpoint(cell: u32, data: i32, length: i32): i64;

/** System call `number` of a cell; arguments of 32 bits are the low halves. */
export function systemCall(cell: u32, number: u32, a: i64, b: i64, c: i64, d: i64): i64 {
  switch (number) {
    case call.CALL_META:
      return sysMeta(cell, <i32>a, b, c, d);
    case call.CALL_EXIT:
      sysExit(cell, <i32>a);
      return 0;
    case call.CALL_SPAWN:
      return sysSpawn(cell, <i32>a, <i32>b);
    case call.CALL_JOIN:
      return sysJoin(cell, <i32>a, b);
    case call.CALL_SEND:
      return sysSend(cell, <i32>a, <i32>b, <i32>c, <i32>d);
    case call.CALL_RECV:
      return sysRecv(cell, <i32>a, <i32>b, <i32>c, <i32>d);
    case call.CALL_WAIT:
      return sysWait(cell, a, b);
    case call.CALL_MAP:
      return sysMap(cell, <i32>a, <i32>b, <i32>c, <i32>d);
    case call.CALL_MASK:
      return sysMask(cell, <i32>a, <i32>b);
    case call.CALL_GRANT:
      return sysGrant(cell, <i32>a, <i32>b, <i32>c);
    case call.CALL_PLEDGE:
      return sysPledge(cell, a);
    case call.CALL_UNVEIL:
      return sysUnveil(cell, <i32>a, <i32>b, <i32>c);
    case call.CALL_CHECKPOINT:
      return sysCheckpoint(cell, <i32>a, <i32>b);
    default:
      return ENOSYS;
  }
}
