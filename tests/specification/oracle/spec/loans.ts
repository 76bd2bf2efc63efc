/*
 * On whose spectrum and account a cell runs. A client that waits in recv lends its server the spectrum and account that
 * it runs on; if the server waits for a single answer too, the loan is passed on, over at most four hops. It lasts
 * while the lender waits, the borrower runs, and the lender's window is not empty; a loan that came along a chain ends
 * when the borrower answers. A cell has one loan at a time, the highest that it was given. Cells that are held or have
 * ended neither lend nor borrow.
 *
 * The account on which a run started pays for it, whatever happens to the loan meanwhile. Wake-ups may be spurious, so
 * the specification takes over from the kernel which cells are awake; run.ts checks that no cell sleeps that could be
 * answered.
 */
import { inSlot, type Capability, type Cell, type World } from "./world.js";

/** Longest chain of cells that wait for each other. */
const CHAIN_MAX = 4;

/** 0 while its window is empty, else 1 or more, from the spectrum on which it runs. */
export function rankOf({ loan, account }: Cell): number {
  return loan?.rank ?? (account.isEmpty() ? 0 : 1 + account.spectrum);
}

const payerOf = (cell: Cell) => cell.loan?.lender ?? cell;

/** The cell blocks in a call that something on one of these slots will end. */
export function sleep(cell: Cell, slots: readonly number[]): void {
  cell.loan = null;
  cell.asleep = slots;
}

/** The cell blocks in recv on this end of a channel. */
export function sleepFor(cell: Cell, held: Capability & { kind: "channel" }): void {
  const lender = payerOf(cell);
  const rank = rankOf(cell);
  let steps = cell.loan?.steps ?? 0;
  sleep(cell, [held.slot]);
  for (let server = serverOf(held); server; server = waitsFor(server)) {
    if (++steps > CHAIN_MAX || server.state !== "alive" || server === lender || rankOf(server) >= rank) return;
    server.loan = { lender, rank, steps };
  }
}

/** The cell that answers at the other end of a client's end; null for a server's end. */
function serverOf({ channel, side }: Capability & { kind: "channel" }): Cell | null {
  return side === 0 && !channel.ends[1].gone ? (channel.ends[1].owner?.holder ?? null) : null;
}

/** The only cell that a cell waits for. */
function waitsFor({ asleep, ...cell }: Cell): Cell | null {
  const held = asleep?.length === 1 ? inSlot(cell as Cell, asleep[0]!) : null;
  return held?.kind === "channel" ? serverOf(held) : null;
}

/** The cell wakes up. */
export function wake(world: World, cell: Cell): void {
  cell.asleep = null;
  endLoansOf(world, cell);
  if (!cell.loan) cell.account.wake(world.now);
}

/** The cell runs on its own account again. */
function endLoan(world: World, cell: Cell): void {
  cell.loan = null;
  if (!cell.asleep && cell !== world.run?.cell) cell.account.wake(world.now);
}

function endLoansOf(world: World, lender: Cell): void {
  for (const cell of world.alive()) if (cell.loan?.lender === lender) endLoan(world, cell);
}

/** The cell has sent an answer: a loan that came along a chain ends. */
export function answered(world: World, cell: Cell): void {
  if (cell.loan && cell.loan.steps > 1) endLoan(world, cell);
}

/** A run begins. */
export function beginRun(world: World, cell: Cell): void {
  const payer = payerOf(cell);
  payer.account.enter(world.now);
  world.run = { cell, payer, energy: cell.energy };
}

/** The run is over and is charged. */
export function endRun(world: World): void {
  if (!world.run) return;
  const { cell, payer, energy } = world.run;
  world.run = null;
  payer.account.pay(cell.energy - energy, world.now);
  if (payer.account.isEmpty()) endLoansOf(world, payer);
  if (!cell.asleep && !cell.loan) cell.account.wake(world.now);
}

/** A ready cell leaves its suspension when its window is over. */
export function expire(world: World): void {
  for (const cell of world.alive()) if (!cell.asleep && !cell.loan) cell.account.wake(world.now);
}

/** The instance of a cell is over, which ends its run. */
export function forget(world: World, cell: Cell): void {
  if (world.run?.cell === cell) endRun(world);
  cell.loan = null;
  cell.asleep = null;
  endLoansOf(world, cell);
  cell.account.restart();
}
