/*
 * All invariants of the kernel's tables, one file for each concept; the essays of the kernel's files state them. The
 * checked kernel (checked.ts) calls checkAll after boot and after every run of a cell. Each check is an assertion of
 * its own, so that the location of the trap says which invariant broke.
 *
 * Checks only read, except for the scratch space, which nobody relies on between two runs.
 */
import { checkArguments } from "./arguments";
import { checkCells } from "./cells";
import { checkChannels } from "./channels";
import { checkCheckpoints } from "./checkpoints";
import { checkDevices } from "./devices";
import { checkEnergy } from "./energy";
import { checkEvents } from "./events";
import { checkGiven } from "./given";
import { checkLoans } from "./loans";
import { checkMemory } from "./memory";
import { checkPaths } from "./paths";
import { checkPending } from "./pending";
import { checkScheduler } from "./scheduler";
import { checkServices } from "./services";
import { checkSlots } from "./slots";

/** Stops the kernel when an invariant is broken. */
export function checkAll(): void {
  checkScheduler();
  checkCells();
  checkLoans();
  checkEvents();
  checkMemory();
  checkPending();
  checkSlots();
  checkChannels();
  checkGiven();
  checkDevices();
  checkEnergy();
  checkPaths();
  checkCheckpoints();
  checkArguments();
  checkServices();
}
