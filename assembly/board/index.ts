/*
 * The simulated board as a module of its own, for a machine that gives cells no other way to its devices than windows:
 * Node. Linux takes board.ts alone, since its windows are those of bare machines (hal/common/mmio.c).
 */
export {
  MACHINE_NODE,
  blockOpen,
  boardDescribe,
  boardTree,
  boardUpdate,
  boardWords,
  hostdirOpen,
  isLineDeliverable,
  takeLine,
  unmaskLine,
} from "./board";
export {
  ARCHIVE_BASE,
  windowAck,
  windowArchive,
  windowBindLine,
  windowLoad,
  windowLoad64,
  windowMap,
  windowQuiesce,
  windowStore,
  windowStore64,
  windowUnbindLine,
  windowUnmap,
} from "./window";
