/*
 * Corrupts messages in transit, on the Node machine and from outside: `node --import spoil-rings.mjs rumpk.mjs run
 * ...`. The product has no hook for this. Before the machine's modules are loaded, WebAssembly.Instance is replaced by
 * one that recognises the kernel by its import "hal" and flips bits in the entries of the target's rings (eight entries
 * of 64 bytes), lengths included, every EVERY-th time that a cell is entered. SPOIL_SEED in the environment seeds it.
 * At the end it prints on standard error how many bits it flipped.
 */
import { RING_MAGIC, RING_ENTRY_COUNT, RING_ENTRY_SIZE, RING_ENTRIES } from "../../../build/host/abi.js";
import { randomNumbers } from "./mutate.mjs";

const EVERY = 40;
const ENTRY_SIZE = 64;
const ENTRY_COUNT = 8;
/** Rings begin at multiples of the arena's unit. */
const UNIT = 1024;

const random = randomNumbers(Number(process.env.SPOIL_SEED ?? 1));
let flipped = 0;

/** The addresses of the target's rings in the kernel's memory. */
function ringsIn(view) {
  const found = [];
  for (let at = 0; at + UNIT <= view.byteLength; at += UNIT)
    if (
      view.getUint32(at, true) === RING_MAGIC &&
      view.getUint32(at + RING_ENTRY_SIZE, true) === ENTRY_SIZE &&
      view.getUint32(at + RING_ENTRY_COUNT, true) === ENTRY_COUNT
    )
      found.push(at);
  return found;
}

function spoil(memory) {
  const view = new DataView(memory.buffer);
  const rings = ringsIn(view);
  if (rings.length === 0) return;
  const at = rings[random() % rings.length] + RING_ENTRIES + (random() % (ENTRY_SIZE * ENTRY_COUNT));
  view.setUint8(at, view.getUint8(at) ^ (1 << (random() & 7)));
  ++flipped;
}

const Instance = WebAssembly.Instance;
WebAssembly.Instance = class extends Instance {
  constructor(module, imports) {
    if (imports?.hal) {
      const { cell_enter: enter } = imports.hal;
      let entered = 0;
      const spoiling = (...args) => {
        if (++entered % EVERY === 0) spoil(imports.env.memory);
        return enter(...args);
      };
      super(module, { ...imports, hal: { ...imports.hal, cell_enter: spoiling } });
    } else super(module, imports);
  }
};

process.on("exit", () => process.stderr.write(`spoilt ${flipped} bits of ring entries\n`));
