/*
 * Rumpk: the kernel's entry. It is a library without a run loop: the machine calls boot once, then dispatch whenever
 * there is something to do, interrupt when a line fires, and sys_* for the calls of cells. dispatch answers when it
 * wants to be called next. The contract is docs/machine.md.
 *
 * Invariants: no sys_* enters a cell; only `run` enters one and it is never nested; nothing is allocated after boot.
 */
import { NEVER } from "../abi/calls";
import { CAUSE_KERNEL, CAUSE_NONE, CAUSE_SPIN, EXIT_FAULTED, EXIT_RETURNED } from "../abi/cell";
import { EINVAL, ENOENT, WOULD_BLOCK } from "../abi/errno";
import { IMAGE_BOOT, IMAGE_LEDGER } from "../abi/image";
import { KERNEL_FDT_MAX } from "../abi/systable";
import * as pledgeCall from "./authority/pledge";
import * as unveilCall from "./authority/unveil";
import { arenaReset } from "./base/arena";
import { CHECKED } from "./base/checked";
import { cellEnter, timeNow } from "./base/hal";
import { CELLS, NO_CELL } from "./base/limits";
import { bootTime, deviceTree, machineRead } from "./base/machine";
import { siphashReset } from "./base/siphash";
import * as delegate from "./calls/delegate";
import * as metaCall from "./calls/meta";
import * as spawnCall from "./calls/spawn";
import * as transfer from "./calls/transfer";
import * as waiting from "./calls/waiting";
import { checkAll } from "./invariants/all";
import { argumentsFromCommandLine } from "./keep/arguments";
import { auditBoot, auditOpen, auditReset, auditSpawn } from "./keep/audit";
import * as checkpointCall from "./keep/checkpoint";
import { RUNNING, blinkReset, endCell, mainStatus } from "./life/blink";
import { recordFault } from "./life/endings";
import { startVerified } from "./life/held";
import { cellNew, cellStart } from "./life/loader";
import { drain, shutDown, shutdownReset } from "./life/shutdown";
import { punish } from "./life/strike";
import { takeUntold, verifyReset } from "./life/verify";
import { announceWired, wireChannels } from "./life/wire";
import { deviceInterrupt } from "./object/device";
import { fdtRead } from "./object/fdt";
import { imageAt, imageCount, imagesLoad } from "./object/image";
import { Cell, cellAt, cellIsComing } from "./run/cell";
import { chargeTime, isEmpty, openPeriod, periodPassed, settleRun, stretchOf } from "./run/energy";
import { accountOf, suspend } from "./run/loan";
import { nextDeadline } from "./run/pending";
import { restOf, strike } from "./run/rest";
import {
  endRun,
  expire,
  nextPeriod,
  othersReady,
  peersReady,
  pick,
  schedulerReset,
  switchAfterCall,
  turnLeft,
} from "./run/scheduler";
import { switchingRead } from "./run/switching";

/** Nanoseconds in a millisecond. */
const MILLISECOND: i64 = 1_000_000;

function startBootCells(): i32 {
  for (let image: u32 = 0; image < imageCount(); ++image) {
    if ((imageAt(image).flags & IMAGE_BOOT) == 0) continue;
    const index = cellNew(image, NO_CELL);
    if (index == NO_CELL) return EINVAL;
    argumentsFromCommandLine(index, changetype<usize>(imageAt(image)));
    auditSpawn(index);
    const failed = cellStart(index);
    if (failed < 0) return failed;
  }
  return 0;
}

/** Opens the event ring if the system has a ledger; its first event is the boot. */
function openLedger(): void {
  auditReset();
  siphashReset();
  for (let image: u32 = 0; image < imageCount(); ++image) {
    if ((imageAt(image).flags & IMAGE_LEDGER) != 0 && auditOpen()) auditBoot(bootTime, imageCount());
  }
}

/**
 * Starts the system from the SysTable at `systable` in the kernel's memory: makes and wires every boot cell; none has
 * run yet. Returns 0, or a negative errno when the table, the images or memory do not allow it.
 */
export function boot(systable: usize): i32 {
  schedulerReset();
  arenaReset();
  blinkReset();
  shutdownReset();
  let failed = machineRead(systable);
  if (failed < 0) return failed;
  failed = fdtRead(deviceTree, KERNEL_FDT_MAX);
  if (failed < 0) return failed;
  if (CHECKED) switchingRead();
  const found = imagesLoad();
  if (found <= 0) return found < 0 ? found : ENOENT;
  verifyReset();
  openLedger();
  failed = startBootCells();
  if (failed < 0) return failed;
  for (let index: u32 = 0; index < CELLS; ++index) {
    if (!cellIsComing(cellAt(index))) continue;
    failed = wireChannels(index);
    if (failed < 0) return failed;
    announceWired(index);
  }
  if (CHECKED) checkAll();
  return 0;
}

/**
 * How long the cell may run: to `until`, the next deadline, the next period of a suspended cell, the end of what its
 * account has, its turn's end or its watchdog, whatever is first.
 */
function budgetOf(index: u32, account: u32, now: i64, until: i64): i64 {
  const payer = cellAt(account);
  if (periodPassed(payer, now)) openPeriod(payer, now);
  let budget = min(min(until, nextDeadline()), nextPeriod()) - now;
  budget = min(budget, stretchOf(payer, now));
  const cell = cellAt(index);
  if (peersReady(cell)) budget = min(budget, turnLeft(cell));
  const watchdog = <i64>imageAt(cell.image).watchdogMs * MILLISECOND;
  if (watchdog != 0) budget = min(budget, watchdog - max<i64>(restOf(cell).spun, 0));
  return max(budget, 1);
}

/** Whether the cell ran longer than its watchdog without a rest or a yield. */
function hasSpun(cell: Cell): bool {
  const watchdog = <i64>imageAt(cell.image).watchdogMs * MILLISECOND;
  return watchdog != 0 && restOf(cell).spun >= watchdog;
}

/**
 * Settles a run that `account` paid for, and does what follows from how it ended. True when it was the instance's last.
 */
function settle(index: u32, account: u32, reason: i32, began: i64, now: i64): bool {
  const cell = cellAt(index);
  const payer = cellAt(account);
  chargeTime(cell, now - began, account != index);
  const emptied = settleRun(cell, payer, now) && account == index && othersReady(index);
  const struck = emptied && strike(cell);
  if (isEmpty(payer)) suspend(account);
  endRun(index, max<i64>(now - began, 0));
  if (cell.doom != CAUSE_NONE && reason != EXIT_FAULTED) endCell(index, cell.doom, 0, false);
  else if (reason <= EXIT_RETURNED) endCell(index, reason < 0 ? CAUSE_KERNEL : CAUSE_NONE, cell.status, false);
  else if (reason == EXIT_FAULTED) endCell(index, recordFault(index), 0, false);
  else if (hasSpun(cell)) {
    recordFault(index);
    endCell(index, CAUSE_SPIN, 0, false);
  } else return struck && punish(index);
  return true;
}

/**
 * Runs ready cells until `until` (ns); `now` is the time of the call. Returns the next deadline: see docs/machine.md.
 */
export function dispatch(now: i64, until: i64): i64 {
  while (true) {
    if (mainStatus != RUNNING && shutDown(now)) return NEVER;
    expire(now);
    const index = pick();
    if (index == NO_CELL) {
      if (takeUntold()) {
        startVerified();
        continue;
      }
      return mainStatus == RUNNING ? nextDeadline() : drain();
    }
    const account = accountOf(index);
    const reason = cellEnter(index, budgetOf(index, account, now, until));
    const then = now;
    now = timeNow();
    // Ending an instance is charged to nobody, least of all to the cell that runs next.
    if (settle(index, account, reason, then, now)) now = timeNow();
    if (CHECKED) checkAll();
    if (now >= until) return now;
  }
}

/** A device's line fired; it is masked until its driver acknowledges it. */
export function interrupt(line: u32): void {
  deviceInterrupt(line);
}

/** What the machine gets: the answer, or WOULD_BLOCK to park a cell that must not return from this call. */
@inline
function answered(index: u32, result: i64): i64 {
  if (CHECKED) switchAfterCall();
  return cellAt(index).doom == CAUSE_NONE ? result : WOULD_BLOCK;
}

export function sys_meta(index: u32, op: i32, a: i64, b: i64, c: i64): i64 {
  return answered(index, metaCall.meta(index, op, a, b, c));
}

export function sys_exit(index: u32, status: i32): void {
  cellAt(index).status = status;
}

export function sys_spawn(index: u32, spec: u32, length: u32): i64 {
  return answered(index, spawnCall.spawn(index, spec, length));
}

export function sys_join(index: u32, slot: u32, deadline: i64): i64 {
  if (CHECKED) switchAfterCall();
  return waiting.join(index, slot, deadline);
}

export function sys_send(index: u32, slot: u32, pointer: u32, length: u32, flags: u32): i64 {
  return answered(index, transfer.send(index, slot, pointer, length, flags));
}

export function sys_recv(index: u32, slot: u32, pointer: u32, capacity: u32, flags: u32): i64 {
  return answered(index, transfer.receive(index, slot, pointer, capacity, flags));
}

export function sys_wait(index: u32, slots: i64, deadline: i64): i64 {
  if (CHECKED) switchAfterCall();
  return waiting.wait(index, slots, deadline);
}

export function sys_map(index: u32, slot: u32, pointer: u32, length: u32, flags: u32): i64 {
  return answered(index, delegate.map(index, slot, pointer, length, flags));
}

export function sys_mask(index: u32, slot: u32, rights: u32): i64 {
  if (CHECKED) switchAfterCall();
  return delegate.mask(index, slot, rights);
}

export function sys_grant(index: u32, slot: u32, to: u32, rights: u32): i64 {
  if (CHECKED) switchAfterCall();
  return delegate.grant(index, slot, to, rights);
}

export function sys_pledge(index: u32, promises: i64): i64 {
  return pledgeCall.pledge(index, promises);
}

export function sys_unveil(index: u32, path: u32, length: u32, rights: u32): i64 {
  return unveilCall.unveil(index, path, length, rights);
}

export function sys_checkpoint(index: u32, pointer: u32, length: u32): i64 {
  return checkpointCall.checkpoint(index, pointer, length);
}
