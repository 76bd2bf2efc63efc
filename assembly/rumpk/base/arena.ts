/*
 * The arena: where the rings of the channels lie. One bit for each unit of ARENA_UNIT bytes says whether the unit is
 * taken; a request takes the first run of free units that is long enough. Rings come and go only with channels, so
 * first fit over a bitmap is enough, and an assertion catches a unit that is freed twice.
 *
 * Layout: ARENA_AT .. ARENA_END, UNITS bits at UNITS_AT.
 */
import { ARENA_UNIT } from "./limits";
import { ARENA_AT, ARENA_END, UNITS_AT } from "./tables";

const UNITS: u32 = <u32>(ARENA_END - ARENA_AT) / ARENA_UNIT;


@inline
function isTaken(unit: u32): bool {
  return ((load<u8>(UNITS_AT + (unit >> 3)) >> (unit & 7)) & 1) != 0;
}

function mark(first: u32, count: u32, taken: bool): void {
  for (let unit = first; unit < first + count; ++unit) {
    assert(isTaken(unit) != taken);
    const at = UNITS_AT + (unit >> 3);
    const one: u32 = 1;
    const bit = <u8>(one << (unit & 7));
    store<u8>(at, load<u8>(at) ^ bit);
  }
}


@inline
function unitsOf(bytes: u32): u32 {
  return (bytes + ARENA_UNIT - 1) / ARENA_UNIT;
}

/** No unit below this one is free: where a search starts. */
let firstFree: u32 = 0;

/**
 * Takes `bytes` (at least 1) from the arena; their content is undefined. Returns the address, or 0 when no run is long
 * enough.
 */
export function arenaTake(bytes: u32): usize {
  const wanted = unitsOf(bytes);
  let run: u32 = 0;
  while (firstFree < UNITS && isTaken(firstFree)) ++firstFree;
  for (let unit = firstFree; unit < UNITS; ++unit) {
    run = isTaken(unit) ? 0 : run + 1;
    if (run == wanted) {
      const first = unit + 1 - wanted;
      mark(first, wanted, true);
      return ARENA_AT + <usize>first * ARENA_UNIT;
    }
  }
  return 0;
}

/** Gives back what arenaTake(bytes) answered. */
export function arenaGive(address: usize, bytes: u32): void {
  const first = <u32>(address - ARENA_AT) / ARENA_UNIT;
  assert(address >= ARENA_AT && ARENA_AT + <usize>first * ARENA_UNIT == address && first + unitsOf(bytes) <= UNITS);
  mark(first, unitsOf(bytes), false);
  firstFree = min(firstFree, first);
}

/** The state at boot: nothing is taken. */
export function arenaReset(): void {
  firstFree = 0;
}

/** Free bytes of the arena. */
export function arenaFree(): u32 {
  let taken: u32 = 0;
  for (let at: u32 = 0; at < (UNITS + 7) >> 3; ++at) taken += popcnt<u32>(load<u8>(UNITS_AT + at));
  return (UNITS - taken) * ARENA_UNIT;
}
