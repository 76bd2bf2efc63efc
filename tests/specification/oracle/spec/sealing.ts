/*
 * META_SEAL_WORK and META_SEAL_VERDICT, for the sealing cell only: what it gets to verify, and what happens to the
 * cells that are held until then.
 */
import {
  CAUSE_SEAL,
  EINVAL,
  EPERM,
  KEY_DMA,
  SEAL_GOOD,
  SEAL_NO_CELL,
  SealWork,
  WOULD_BLOCK,
} from "../../../../host/abi.js";
import { finish, startInstance } from "./cells.js";
import { sleep } from "./loans.js";
import { answers, problem, unless, type Outcome } from "./outcome.js";
import type { Sealable } from "./verdicts.js";
import type { Cell, Image, World } from "./world.js";

const TABLE = 0xffffffff;
/** The form of packages that run as WebAssembly. */
const FORM_PACKAGE = 1;

const refuses = (errno: number) => unless([problem(errno)], () => []);

function workBytes({ images }: World, what: Sealable<Image>): string {
  const bytes = Buffer.alloc(SealWork.size);
  bytes.writeUInt32LE(what === "table" ? TABLE : images.indexOf(what), SealWork.fields.image.offset);
  bytes.writeUInt32LE(FORM_PACKAGE, SealWork.fields.form.offset);
  return bytes.toString("latin1");
}

/** META_SEAL_WORK. */
export function sealWork(world: World, cell: Cell): Outcome[] {
  const { verdicts } = world;
  if (!verdicts.isSealer(cell)) return refuses(EPERM);
  const next = verdicts.nextFor(cell);
  const effect = () => verdicts.take(cell);
  const idle = () => {
    effect();
    sleep(cell, []);
  };
  return next ? [answers(SealWork.size, effect, workBytes(world, next))] : [answers(WOULD_BLOCK, idle)];
}

/** META_SEAL_VERDICT(verdict, classes). */
export function sealVerdict(world: World, cell: Cell, verdict: number, classes: number): Outcome[] {
  const { verdicts } = world;
  if (!verdicts.isSealer(cell)) return refuses(EPERM);
  const { work } = verdicts;
  if (!work || verdict > SEAL_NO_CELL) return refuses(EINVAL);
  return [
    answers(0, () => {
      verdicts.work = null;
      if (work === "table") {
        verdicts.set("table", "good");
        if (verdict !== SEAL_GOOD) verdicts.refuseAll();
      } else {
        const missing = work.dma && (classes & KEY_DMA) === 0;
        verdicts.set(work, verdict === SEAL_GOOD && !missing ? "good" : "refused");
      }
    }),
  ];
}

/** Starts held cells whose package was found good; those with a refused package never start. Runs after each call. */
export function startVerified(world: World): void {
  for (const cell of world.cells.filter(({ state }) => state === "held")) {
    const verdict = world.verdicts.of(cell.image);
    if (verdict === "good") startInstance(world, cell);
    if (verdict !== "refused") continue;
    cell.cause = CAUSE_SEAL;
    finish(world, cell, "quarantined");
  }
}
