/*
 * Shared by the tables of sessions: what may differ from run to run, the statuses of faults, and the cells of the
 * shell's system.
 */
import { chosenMachine } from "../../lib/machines.mjs";

/**
 * The only parts that are matched by pattern. `where` is the place of a fault, as a machine knows it: their code
 * differs, and so do the functions that their compilers inline.
 */
export const fields = {
  memory: " *\\d+K",
  time: " *\\d+\\.\\d{3}",
  where: "(?: in [^\\n]+)?",
  uptime: "(\\d+ days?, )?\\d+:\\d{2}:\\d{2}",
  number: " *\\d+",
  waiting: "(?:blocked|ready) +",
  // On a busy computer a cell may seem to run too long and so be demoted by a spectrum.
  spectrum: "(?:photon|matter|gravity|void) +",
  // Under wasmtime the sealing cell has nothing to do, and ends in its first turn: it may still be listed.
  sealing: "(?:\\n +6 +1 [^\\n]+ on-fault 0/5 ------ +seal)?",
  date: "\\d{4}-\\d{2}-\\d{2} \\d{2}:\\d{2}:\\d{2} UTC",
};

/** Status of a shell line after a fault: 128 + the cause's number (assembly/abi/cell.ts). */
export const fault = {
  memory: 128 + 1,
  unreachable: 128 + 2,
  division: 128 + 3,
  indirect: 128 + 6,
  stack: 128 + 7,
  spin: 128 + 8,
};

/** Under wasmtime `rumpk run` verifies the packages, so no cell for it remains. */
const sealed = chosenMachine() !== "wasmtime";

/** The title of ps. */
const psTitle = "CELL GEN STATE       SPECTRUM  MEMORY      TIME CHANNELS FAULTS STRIKES RESTARTS     PROMISES NAME";

/** The cells of systems/shell.kdl that run while the shell runs no program: name, restarts, promises. */
const residents = [
  ["uart", "always", "s----d"],
  ["tarfs", "on-fault", "s----d"],
  ["ramfs", "on-fault", "s-----"],
  ["vfs", "on-fault", "srw---"],
  ["provchain", "always", "------"],
  ["nipbox", "never", "srwix-"],
  ...(sealed ? [["seal", "on-fault", "------"]] : []),
];

/** The number that ps prints for the next cell started. */
export const nextCell = sealed ? String(residents.length).padStart(4) : "{{number}}";

/** The output of ps; `ended` says how often a cell was killed before. */
export function ps(ended = {}) {
  return [
    psTitle,
    ...residents.map(([name, policy, promises], index) => {
      const times = ended[name] ?? 0;
      const state = name === "nipbox" ? "running    " : "{{waiting}}";
      const restarts = policy === "never" ? policy : `${policy} ${times}/5`;
      return (
        `${String(index).padStart(4)}${String(times + 1).padStart(4)} ${state} {{spectrum}}` +
        `{{memory}}{{time}}{{number}}      0{{number}} ${restarts.padEnd(12)} ${promises.padEnd(8)} ${name}` +
        (name === "nipbox" && !sealed ? "{{sealing}}" : "")
      );
    }),
  ];
}

/** Every byte once. */
export const allBytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
