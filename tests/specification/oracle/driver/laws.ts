/*
 * The laws of authority, each as a property of the kernel alone: without the specification, a law is a statement about
 * results. Rights, lengths of chains, promises and paths are random.
 */
import fc from "fast-check";
import * as abi from "../../../../host/abi.js";
import { images, PORT_SESSION, PORT_STREAM_OUT } from "../machine/images.js";
import { Lab } from "../machine/lab.js";
import { DEPTH_MAX } from "../spec/authority.js";

/** Boot cells, in the order of the images. */
const [FILES, CONSOLE, MANAGER, PARENT] = [0, 1, 3, 4];
const REACH = abi.RIGHT_GRANT | abi.RIGHT_MASK;
const rightsArbitrary = fc.nat({ max: abi.RIGHTS_ALL });

/** Two cells that can grant to each other: a channel of `one`, an end of it in `other`. Returns their slots on it. */
function link(lab: Lab, one: number, other: number): [number, number] {
  const [mine, theirs] = lab.channel(one);
  const door = lab.slotOf(one, PORT_STREAM_OUT);
  if (other !== CONSOLE || door < 0) throw new Error("only console is known to everybody");
  return [mine, lab.call(one, "grant", theirs, door, abi.RIGHTS_ALL)];
}

/** A chain of grants of one capability back and forth between parent and console; returns the slot of each level. */
function chain(lab: Lab, rights: readonly number[]): { cell: number; slot: number; held: number }[] {
  const [mine, theirs] = link(lab, PARENT, CONSOLE);
  const [thing] = lab.channel(PARENT);
  const levels = [{ cell: PARENT, slot: thing, held: abi.RIGHTS_ALL as number }];
  for (const wanted of rights) {
    const { cell, slot, held } = levels.at(-1)!;
    const kept = (wanted | REACH) & held;
    const given = lab.call(cell, "grant", slot, cell === PARENT ? mine : theirs, kept);
    if (given < 0) break;
    levels.push({ cell: cell === PARENT ? CONSOLE : PARENT, slot: given, held: kept });
  }
  return levels;
}

/** Rights never grow along a chain of grants, and no chain is longer than 15. */
export function rightsNeverGrow(kernel: WebAssembly.Module): fc.IProperty<unknown> {
  const many = fc.array(rightsArbitrary, { minLength: 1, maxLength: DEPTH_MAX + 3 });
  return fc.property(many, rightsArbitrary, (rights, more) => {
    const lab = new Lab(kernel, images);
    const levels = chain(lab, rights);
    if (levels.length !== Math.min(rights.length + 1, DEPTH_MAX)) throw new Error(`${levels.length} levels`);
    const [mine] = link(lab, PARENT, CONSOLE);
    for (const { cell, slot, held } of levels) {
      const asked = held | more | 1;
      const to = cell === PARENT ? mine : lab.slotOf(PARENT, PORT_STREAM_OUT);
      const answer = lab.call(cell, "grant", slot, to, asked);
      if (asked !== held && answer >= 0)
        throw new Error(`0x${asked.toString(16)} granted out of 0x${held.toString(16)}`);
      const sent = lab.send(cell, slot, "x");
      if ((held & abi.RIGHT_SEND) === 0 && sent !== abi.EACCES) throw new Error(`send without the right: ${sent}`);
    }
  });
}

/** A grant dies at once when any ancestor is revoked; everything above the revoked level lives on. */
export function revokeCutsBelow(kernel: WebAssembly.Module): fc.IProperty<unknown> {
  return fc.property(fc.integer({ min: 1, max: DEPTH_MAX - 1 }), fc.nat(), (length, where) => {
    const lab = new Lab(kernel, images);
    const levels = chain(lab, Array<number>(length).fill(abi.RIGHTS_ALL));
    const cut = where % levels.length;
    const { cell, slot } = levels[cut]!;
    if (lab.call(cell, "mask", slot, (abi.RIGHTS_ALL | abi.MASK_REVOKE) >>> 0) !== 0) throw new Error("no revoke");
    levels.forEach((level, depth) => {
      if (lab.holdsChannel(level.cell, level.slot) !== depth <= cut)
        throw new Error(`level ${depth} after a revoke at ${cut}`);
    });
  });
}

/** What a child was given dies with the capability above its parent's, and not with its parent. */
export function giftsFollowTheirOrigin(kernel: WebAssembly.Module): fc.IProperty<unknown> {
  return fc.property(fc.integer({ min: 1, max: DEPTH_MAX - 1 }), fc.boolean(), (depth, crash) => {
    // On a longer chain the giver is above itself, and its crash removes that level too.
    const length = crash ? 1 : depth;
    const lab = new Lab(kernel, images);
    const levels = chain(lab, Array<number>(length).fill(abi.RIGHTS_ALL));
    const { cell, slot } = levels.at(-1)!;
    if (lab.spawn(cell, "worker", -1n, [{ slot, rights: abi.RIGHTS_ALL, port: 0 }]) < 0) throw new Error("no child");
    const child = lab.made.at(-1)!;
    const theirs = 4;
    if (!lab.holdsChannel(child, theirs)) throw new Error("the child has nothing");
    if (crash) {
      lab.fault(cell);
      if (!lab.holdsChannel(child, theirs)) throw new Error("the child's gift died with its parent");
      return;
    }
    lab.call(PARENT, "mask", levels[0]!.slot, (abi.RIGHTS_ALL | abi.MASK_REVOKE) >>> 0);
    if (lab.holdsChannel(child, theirs)) throw new Error("the child keeps what was revoked above its parent");
  });
}

/** Operations on empty and stale slots answer -EBADF and change nothing: not a byte that a cell could see. */
export function deadSlotsDoNothing(kernel: WebAssembly.Module): fc.IProperty<unknown> {
  const calls = ["send", "recv", "join", "map", "mask", "grant"] as const;
  const numbers = fc.array(fc.tuple(fc.constantFrom(...calls), fc.nat({ max: 80 }), fc.nat({ max: abi.RIGHTS_ALL })));
  return fc.property(numbers, (operations) => {
    const lab = new Lab(kernel, images);
    const [mine] = link(lab, PARENT, CONSOLE);
    const [, theirs] = lab.channel(PARENT);
    const stale = lab.call(PARENT, "grant", theirs, mine, abi.RIGHTS_ALL);
    lab.call(PARENT, "mask", theirs, (abi.RIGHTS_ALL | abi.MASK_REVOKE) >>> 0);
    const before = view(lab);
    for (const [name, at, rights] of operations) {
      const slot = lab.holdsChannel(CONSOLE, at) || at === 0 || at === stale ? stale : at;
      const args = {
        send: [slot, 0, 4, abi.NOWAIT],
        recv: [slot, 0, 64, abi.NOWAIT],
        join: [slot, 0n],
        map: [slot, 0, 16, abi.LEND_READ],
        mask: [slot, rights | 1],
        grant: [slot, 2, rights | 1],
      }[name];
      const answer = lab.call(CONSOLE, name, ...args);
      if (answer !== abi.EBADF) throw new Error(`${name} of dead slot ${slot}: ${answer}`);
    }
    if (view(lab) !== before) throw new Error("something has changed");
  });
}

/** What cells can see: slots, energy, promises. */
function view(lab: Lab): string {
  const seen: string[] = [];
  for (const cell of [FILES, CONSOLE, MANAGER, PARENT]) {
    seen.push(`${lab.meta(cell, abi.META_ENERGY)} ${lab.promises(cell)}`);
    for (let slot = 0; slot < 64; slot++) seen.push(`${lab.holdsChannel(cell, slot)}`);
    seen.push(lab.machine.read(cell, 0, 64));
  }
  return seen.join("\n");
}

/** A new instance has what its manifest and its parent gave, and nothing else. */
export function restartKeepsNothingElse(kernel: WebAssembly.Module): fc.IProperty<unknown> {
  return fc.property(fc.array(rightsArbitrary, { maxLength: 8 }), fc.nat({ max: 3 }), (rights, own) => {
    const lab = new Lab(kernel, images);
    const fixed = slotsOf(lab, PARENT);
    chain(lab, rights);
    for (let n = 0; n < own; n++) lab.channel(PARENT);
    lab.call(PARENT, "pledge", lab.promises(PARENT) & 1n);
    lab.fault(PARENT);
    if (slotsOf(lab, PARENT) !== fixed) throw new Error(`slots ${slotsOf(lab, PARENT)} instead of ${fixed}`);
  });
}

function slotsOf(lab: Lab, cell: number): string {
  return [...Array(63).keys()].filter((slot) => lab.holdsChannel(cell, slot)).join(" ");
}

/** Promises only shrink, whatever is asked; a child has no more than its parent. */
export function pledgeOnlyShrinks(kernel: WebAssembly.Module): fc.IProperty<unknown> {
  const spectrum = fc.nat({ max: 3 });
  const asked = fc.array(fc.tuple(fc.nat({ max: 0x3ff }), spectrum), { minLength: 1, maxLength: 20 });
  return fc.property(asked, ([...list]) => {
    const lab = new Lab(kernel, images);
    let held = lab.promises(PARENT);
    for (const [bits, rank] of list) {
      const wanted = BigInt(bits) | (BigInt(rank) << 62n);
      const answer = lab.call(PARENT, "pledge", BigInt.asIntN(64, wanted));
      const now = lab.promises(PARENT);
      if (!isWithin(now, held)) throw new Error(`0x${held.toString(16)} became 0x${now.toString(16)}`);
      if (answer !== 0 && now !== held) throw new Error("a refused pledge changed something");
      held = now;
    }
    if ((held & BigInt(abi.PROMISE_EXEC)) === 0n) return;
    lab.spawn(PARENT, "worker");
    if (!isWithin(lab.promises(lab.made.at(-1)!), held)) throw new Error("a child promises more than its parent");
  });
}

/** META_PROMISES: promises below bit 61, the spectrum above. */
function isWithin(small: bigint, large: bigint): boolean {
  const bits = (1n << 61n) - 1n;
  return (small & ~large & bits) === 0n && small >> 61n <= large >> 61n;
}

const PATHS = ["/", "/a", "/a/b", "/a/b/c", "/ab", "/d", "/d/e", "/d/e/f"];
const listing = fc.array(fc.tuple(fc.constantFrom(...PATHS), fc.nat({ max: abi.UNVEIL_ALL })), { maxLength: 6 });

/** A child never sees more than its parent saw when it was spawned, whatever it lists. */
export function childrenSeeNoMore(kernel: WebAssembly.Module): fc.IProperty<unknown> {
  return fc.property(listing, listing, listing, (parents, childs, later) => {
    const lab = new Lab(kernel, images);
    const serverSlotOfParent = lastClient(lab, () =>
      lab.meta(PARENT, abi.META_CONNECT, lab.slotOf(PARENT, PORT_SESSION)),
    );
    for (const [path, rights] of parents) lab.unveil(PARENT, path, rights);
    const before = PATHS.map((path) => lab.unveilOf(FILES, serverSlotOfParent, path));
    const serverSlotOfChild = lastClient(lab, () => BigInt(lab.spawn(PARENT, "worker")));
    const child = lab.made.at(-1)!;
    for (const [path, rights] of later) lab.unveil(PARENT, path, rights);
    for (const [path, rights] of childs) lab.unveil(child, path, rights);
    PATHS.forEach((path, n) => {
      const seen = lab.unveilOf(FILES, serverSlotOfChild, path);
      if ((seen & ~before[n]! & abi.UNVEIL_ALL) !== 0) throw new Error(`${path}: ${seen} instead of ${before[n]}`);
    });
  });
}

/** The slot that the cell `files` gets when `open` runs. */
function lastClient(lab: Lab, open: () => bigint): number {
  const before = new Set(slotsOf(lab, FILES).split(" "));
  if (open() < 0n) throw new Error("no channel to files");
  return Number(
    slotsOf(lab, FILES)
      .split(" ")
      .find((slot) => !before.has(slot)),
  );
}

export const laws: Readonly<Record<string, (kernel: WebAssembly.Module) => fc.IProperty<unknown>>> = {
  "rights never grow along a chain of grants, at most 15 levels": rightsNeverGrow,
  "a grant dies when any ancestor is revoked, at once, and nothing above it": revokeCutsBelow,
  "a gift at spawn outlives the giver, and not those above the giver": giftsFollowTheirOrigin,
  "empty and stale slots are good for nothing and change nothing": deadSlotsDoNothing,
  "a restart keeps no stale authority": restartKeepsNothingElse,
  "promises only shrink, from call to call and from parent to child": pledgeOnlyShrinks,
  "a child never sees more paths than its parent did": childrenSeeNoMore,
};

/**
 * Tries a law with `runs` random cases; returns what is wrong, or null. `shrink`: look for a shorter case that fails.
 */
export function tryLaw(property: fc.IProperty<unknown>, runs: number, seed: number, shrink = true): string | null {
  const details = fc.check(property, { seed, numRuns: runs, endOnFailure: !shrink });
  return details.failed ? `${details.errorInstance}\n${fc.defaultReportMessage(details)}` : null;
}
