/*
 * The kernel, as the VFS needs it.
 */

import { META_CONNECT, META_DENY, META_LOOKUP, META_MOUNT, META_UNVEIL_OF, NOWAIT } from "rumpk/abi";
import { mask, meta, recv, send } from "rumpk/raw";
import { MESSAGE_MAX } from "./limits";
import { Outside } from "./outside";

export class Kernel extends Outside {
  connect(port: u32): i32 {
    const slot = meta(META_LOOKUP, port, 0, 0);
    return <i32>(slot < 0 ? slot : meta(META_CONNECT, slot, 0, 0));
  }

  mount(n: i32, path: usize): i32 {
    return <i32>meta(META_MOUNT, n, path, 0);
  }

  send(slot: i32, message: usize, length: u32): i32 {
    return <i32>send(slot, message, length, NOWAIT);
  }

  receive(slot: i32, buffer: usize): i32 {
    return <i32>recv(slot, buffer, MESSAGE_MAX, NOWAIT);
  }

  drop(slot: i32): void {
    mask(slot, 0);
  }

  rights(slot: i32, path: usize, length: u32): i32 {
    return <i32>meta(META_UNVEIL_OF, slot, range(path, length), 0);
  }

  deny(slot: i32, promise: u32, path: usize, length: u32): void {
    meta(META_DENY, slot, promise, range(path, length));
  }
}

/** A range as meta takes it: pointer in bits 0-31, length in bits 32-62. */
function range(pointer: usize, length: u32): i64 {
  return (<i64>pointer) | ((<i64>length) << 32);
}
