/*
 * On whose spectrum and account a cell runs. A client that waits in recv lends its server what it runs on itself, and
 * the server, where it waits for a single answer too, lends that on, over at most four steps: a loan. It lasts while
 * its lender waits and the borrower does not, and as long as there is something in the lender's window; what came over
 * a chain is used up when the borrower answers. A cell has one loan at a time, the highest that it was given. Who is
 * held, or over, neither lends nor borrows.
 *
 * A run is paid by the account that it began on, whatever becomes of the loan meanwhile. Cells may be woken for
 * nothing, so that one sleeps no more is taken from what is seen; that none sleeps who could be answered is looked at
 * elsewhere.
 */
import { inSlot, type Capability, type Cell, type World } from "./world.js";

/** Longest chain of those who wait for each other. */
const CHAIN_MAX = 4;

/** 0 while its window is empty, else 1 and more by the spectrum on which it runs. */
export function rankOf({ loan, account }: Cell): number {
  return loan?.rank ?? (account.isEmpty() ? 0 : 1 + account.spectrum);
}

const payerOf = (cell: Cell) => cell.loan?.lender ?? cell;

/** The cell blocks in a call that ends with something on one of these slots. */
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

/** Who answers at the other end of a client's one; null for a server's end. */
function serverOf({ channel, side }: Capability & { kind: "channel" }): Cell | null {
  return side === 0 && !channel.ends[1].gone ? (channel.ends[1].owner?.holder ?? null) : null;
}

/** For whom a cell waits alone. */
function waitsFor({ asleep, ...cell }: Cell): Cell | null {
  const held = asleep?.length === 1 ? inSlot(cell as Cell, asleep[0]!) : null;
  return held?.kind === "channel" ? serverOf(held) : null;
}

/** The cell sleeps no more. */
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

/** The cell has sent an answer: what it was lent along a chain is used up. */
export function answered(world: World, cell: Cell): void {
  if (cell.loan && cell.loan.steps > 1) endLoan(world, cell);
}

/** A run begins. */
export function beginRun(world: World, cell: Cell): void {
  const payer = payerOf(cell);
  payer.account.enter(world.now);
  world.run = { cell, payer, energy: cell.energy };
}

/** The run is over: it is paid. */
export function endRun(world: World): void {
  if (!world.run) return;
  const { cell, payer, energy } = world.run;
  world.run = null;
  payer.account.pay(cell.energy - energy, world.now);
  if (payer.account.isEmpty()) endLoansOf(world, payer);
  if (!cell.asleep && !cell.loan) cell.account.wake(world.now);
}

/** Who is ready leaves its suspension when its window is over. */
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
