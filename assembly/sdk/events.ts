/*
 * The cell's events: what the kernel has to tell a service or a parent, read from slot 0. They are made on demand, so
 * none is ever lost. While an event about a slot is unread, that slot delivers no messages.
 */

import { recv } from "./raw";
import { NOWAIT } from "../abi/calls";
import { Event } from "../abi/event";

/** The slot of the events. */
export const EVENTS: i32 = 0;

/** Reads the next event into `event`: false when there is none. */
export function nextEvent(event: Event): bool {
  return recv(EVENTS, changetype<usize>(event), offsetof<Event>(), NOWAIT) > 0;
}
