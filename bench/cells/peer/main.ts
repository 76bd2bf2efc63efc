/*
 * The other side of the messages that cells/calls sends, on the channel from its parent:
 *   peer take N    takes N messages, then answers one
 *   peer echo N    sends each of N messages back
 */
import { portSlot } from "rumpk";
import { recv, send } from "rumpk/raw";

const PARTNER_PORT: u32 = 0x7000;
const SLOT: i32 = 128;

const buffer = memory.data(128, 8);

export function main(args: string[]): i32 {
  const slot = portSlot(PARTNER_PORT);
  const count = I32.parseInt(args[1]);
  const echo = args[0] == "echo";
  for (let i = 0; i < count; i++) {
    const length = recv(slot, buffer, SLOT, 0);
    if (length < 0) return 1;
    if (echo) send(slot, buffer, <i32>length, 0);
  }
  if (!echo) send(slot, buffer, 1, 0);
  return 0;
}
