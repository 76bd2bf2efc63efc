/*
 * All invariants of the kernel's tables, one file a concept, beside the files whose essays promise them. The checked
 * kernel (checked.ts) calls checkAll when it has booted and after every run of a cell, when no cell runs. Each check is
 * an assertion of its own, so that the place of the trap says which invariant broke.
 *
 * A check only reads, but for the scratch space, which nobody relies on between two runs.
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

/** Stops the kernel when one of its tables is not as it should be. */
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
