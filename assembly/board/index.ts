/*
 * The simulated board as a separate module, for a machine whose cells reach devices only through its windows: Node.
 * Linux uses only board.ts, since its windows are those of bare machines (hal/common/mmio.c).
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
