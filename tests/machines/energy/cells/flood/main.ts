/*
 * Sends empty messages without end, to the server that its second argument names ("sink" or "uart"); the first says
 * how:
 *   blocking   sends, and waits whenever the ring is full
 *   polite     never blocks in send: waits for the room event instead
 *   rude       never waits at all
 *   asking     waits for an answer after each message; the console gives none, so there it pauses
 */
import { MILLISECOND, portSlot, sleep } from "rumpk";
import { NOWAIT, PORT_CONSOLE_OUT } from "rumpk/abi";
import { recv, send } from "rumpk/raw";

const SINK: u32 = 0x3f00;
const EVENT_SIZE: i32 = 32;

export function main(args: string[]): i32 {
  const how = args[0];
  const slot = portSlot(args[1] == "uart" ? PORT_CONSOLE_OUT : SINK);
  const buffer = memory.data(64);
  const flags: i32 = how == "polite" || how == "rude" ? NOWAIT : 0;
  const waits = how == "polite";
  const asks = how == "asking";
  while (true) {
    const sent = send(slot, buffer, 0, flags);
    if (sent < 0 && waits) recv(0, buffer, EVENT_SIZE, 0);
    if (asks && recv(slot, buffer, 64, 0) < 0) sleep(MILLISECOND);
  }
}
