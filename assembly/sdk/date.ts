/*
 * Dates as people write them, in UTC, by the Gregorian calendar. A date is found by counting up from 1970, year by
 * year: little code, and fast enough for output that people read.
 */

/** Seconds of a day. */
const DAY: i64 = 86400;

/** YYYY-MM-DD HH:MM:SS of a time in seconds since 1970-01-01 UTC. */
export function dateText(seconds: i64): string {
  let days = seconds / DAY;
  let year = 1970;
  for (; days >= daysOfYear(year); year++) days -= daysOfYear(year);
  let month = 0;
  for (; days >= daysOfMonth(year, month); month++) days -= daysOfMonth(year, month);
  const date = year.toString() + "-" + digits(month + 1, 2) + "-" + digits(days + 1, 2);
  return (
    date + " " + digits((seconds / 3600) % 24, 2) + ":" + digits((seconds / 60) % 60, 2) + ":" + digits(seconds % 60, 2)
  );
}

function daysOfYear(year: i32): i32 {
  return isLeap(year) ? 366 : 365;
}

/** `month` counts from 0. */
function daysOfMonth(year: i32, month: i32): i32 {
  if (month == 1) return isLeap(year) ? 29 : 28;
  return month == 3 || month == 5 || month == 8 || month == 10 ? 30 : 31;
}

function isLeap(year: i32): bool {
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

/** A number of at least `width` digits. */
function digits(value: i64, width: i32): string {
  return value.toString().padStart(width, "0");
}
