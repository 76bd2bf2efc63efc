/*
 * Names of files, as bytes: one component of a path, which a server takes from a client that it does not
 * trust.
 */

import { EINVAL, ENAMETOOLONG } from "../../abi/errno";
import { NAME_MAX, PROTOCOL } from "./types";

const SLASH: u8 = 0x2f;
const DOT: u8 = 0x2e;

/** Whether the `length` bytes at `bytes` are `text`, which is plain ASCII. */
export function isText(bytes: usize, length: u32, text: string): bool {
  if (length != <u32>text.length) return false;
  for (let i: u32 = 0; i < length; i++) {
    if (load<u8>(bytes + i) != text.charCodeAt(i)) return false;
  }
  return true;
}

/**
 * Whether a client that offers the protocol of `length` bytes at `offered` speaks 9P2000.L, with or without an
 * extension after a dot.
 */
export function speaksProtocol(offered: usize, length: u32): bool {
  const own = <u32>PROTOCOL.length;
  if (length < own || !isText(offered, own, PROTOCOL)) return false;
  return length == own || load<u8>(offered + own) == DOT;
}

/**
 * What is wrong with a name for a new file: 0 when nothing is. It is not empty, not "." or "..", and has no slash or
 * NUL.
 */
export function checkName(name: usize, length: u32): i32 {
  if (length > NAME_MAX) return ENAMETOOLONG;
  if (length == 0 || isText(name, length, ".") || isText(name, length, "..")) return EINVAL;
  for (let i: u32 = 0; i < length; i++) {
    const byte = load<u8>(name + i);
    if (byte == SLASH || byte == 0) return EINVAL;
  }
  return 0;
}
