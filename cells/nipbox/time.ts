/*
 * The commands on time: date, uptime, sleep.
 */

import { SECOND, dateText, now, realTime } from "rumpk";
import { padded } from "./bytes";
import { attend } from "./input";
import { OK, STOPPED, print, usage } from "./output";

/** Most digits of a sleep's seconds: thirty years. */
const DIGITS_MAX: i32 = 9;
/** The point, counted from the digit 0. */
const POINT: i32 = -2;

/** date */
export function date(args: string[]): i32 {
  if (args.length > 0) return usage("date");
  print(dateText(realTime() / SECOND) + " UTC\n");
  return OK;
}

/** uptime */
export function uptime(args: string[]): i32 {
  if (args.length > 0) return usage("uptime");
  const seconds = now() / SECOND;
  print(
    "up " + (seconds / 3600).toString() + ":" + padded((seconds / 60) % 60, 2) + ":" + padded(seconds % 60, 2) + "\n",
  );
  return OK;
}

/** sleep SECONDS */
export function sleep(args: string[]): i32 {
  const duration = args.length == 1 ? durationOf(args[0]) : -1;
  if (duration < 0) return usage("sleep seconds");
  const deadline = now() + duration;
  while (now() < deadline) {
    if (attend(deadline)) return STOPPED;
  }
  return OK;
}

/** Nanoseconds of a number of seconds, such as 3 or 0.25; -1 when it is none, or too long. */
function durationOf(text: string): i64 {
  let duration: i64 = 0;
  let unit = SECOND;
  let digits = 0;
  let points = 0;
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 0x30;
    if (digit == POINT) points++;
    else if (digit < 0 || digit > 9 || ++digits > DIGITS_MAX) return -1;
    else if (points == 0) duration = duration * 10 + digit * SECOND;
    else duration += (unit /= 10) * digit;
  }
  return points <= 1 && digits > 0 ? duration : -1;
}
