/*
 * The arena gives out memory that belongs to nobody else, takes it back, and says so when it is used up.
 */
import { arenaFree, arenaGive, arenaTake } from "../arena";
import { ARENA_UNIT } from "../limits";
import { ARENA_AT, ARENA_END } from "../tables";
import { freshKernel, random, seedRandom } from "../../__tests__/machine";

beforeEach(() => {
  freshKernel();
});

describe("the arena", () => {
  test("is free at boot, and a piece costs whole units", () => {
    const all = arenaFree();
    expect<u32>(all).toBeGreaterThan(4 << 20);
    arenaTake(1);
    expect<u32>(arenaFree()).toBe(all - ARENA_UNIT);
    arenaTake(ARENA_UNIT + 1);
    expect<u32>(arenaFree()).toBe(all - 3 * ARENA_UNIT);
  });
  test("can be taken whole, once, and given back", () => {
    const all = arenaFree();
    const piece = arenaTake(all);
    expect<usize>(piece).toBe(ARENA_AT);
    expect<usize>(arenaTake(1)).toBe(0);
    arenaGive(piece, all);
    expect<u32>(arenaFree()).toBe(all);
  });
  test("refuses what is larger than all of it", () => {
    expect<usize>(arenaTake(arenaFree() + 1)).toBe(0);
    expect<usize>(arenaTake(0xffffffff)).toBe(0);
  });
  test("uses a hole that is large enough", () => {
    const first = arenaTake(4 * ARENA_UNIT);
    arenaTake(ARENA_UNIT);
    arenaGive(first, 4 * ARENA_UNIT);
    const second = arenaTake(5 * ARENA_UNIT);
    expect<usize>(second).toBeGreaterThan(first);
    expect<usize>(arenaTake(4 * ARENA_UNIT)).toBe(first);
  });
});

describe("pieces taken and given back at random", () => {
  test("never overlap and stay inside", () => {
    seedRandom();
    const at = new StaticArray<usize>(64);
    const bytes = new StaticArray<u32>(64);
    for (let step = 0; step < 2000; ++step) {
      const i = random(64);
      if (at[i] != 0) {
        arenaGive(at[i], bytes[i]);
        at[i] = 0;
        continue;
      }
      bytes[i] = 1 + random(40000);
      at[i] = arenaTake(bytes[i]);
      if (at[i] == 0) continue;
      if (at[i] < ARENA_AT || at[i] + bytes[i] > ARENA_END) expect("inside").toBe("outside");
      for (let j: u32 = 0; j < 64; ++j) {
        if (j == i || at[j] == 0) continue;
        if (at[i] < at[j] + bytes[j] && at[j] < at[i] + bytes[i]) expect("apart").toBe("overlapping");
      }
    }
    for (let i = 0; i < 64; ++i) if (at[i] != 0) arenaGive(at[i], bytes[i]);
    expect<u32>(arenaFree()).toBe((<u32>(ARENA_END - ARENA_AT) / ARENA_UNIT) * ARENA_UNIT);
  });
});
