/*
 * A machine for unit tests: the `hal` module of docs/machine.md in plain JavaScript, and a module `machine` with which
 * a test sets it up and checks what the kernel did. `off` unwinds to `machine.until_off`.
 *
 * Guarantees: real copies between real byte arrays, bounds-checked as on every machine; time stands still unless the
 * test moves it; every call is counted (`machine.count_<name>`). A cell's code is a function of the test: cell_enter
 * calls it through the module's table and returns its result as the exit reason.
 */
const PAGE = 65536;
const CELL_PAGES = 2;
const COPY_MAX = 65536;
const EFAULT = -14;
const EINVAL = -22;
const ENOMEM = -12;
const ENOENT = -2;
const REPORT_SIZE = 24;
/** More than any test needs; stops a kernel in an endless loop. */
const ENTERS_MAX = 100_000;
const IMAGE_SIZE = 1024;

/** Thrown to unwind the kernel when it powers the machine off. */
class MachineOff extends Error {}

function freshState() {
  return {
    now: 0n,
    armed: -1n,
    seed: 0x9e3779b9,
    offStatus: -1,
    enters: 0,
    createError: 0,
    bindError: 0,
    body: 0,
    lastBudget: 0n,
    lines: new Map(),
    windows: new Map(),
    cells: new Map(),
    reports: new Map(),
    images: new Uint8Array(0),
    packages: new Map(),
    packageError: ENOENT,
    counts: new Map(),
  };
}

/** Makes the imports; `attach` gives them the instance once it exists. */
export function unitMachine() {
  let state = freshState();
  let exports;
  const kernel = () => new Uint8Array(exports.memory.buffer);
  const inside = (bytes, at, length) => length <= COPY_MAX && at + length <= bytes.length;

  /** Copies `length` bytes if both ranges are in bounds; an undefined cell means the kernel's own memory. */
  const copy = (to, toAt, from, fromAt, length) => {
    toAt >>>= 0;
    fromAt >>>= 0;
    length >>>= 0;
    if (!to || !from) return EINVAL;
    if (!inside(to, toAt, length) || !inside(from, fromAt, length)) return EFAULT;
    to.set(from.slice(fromAt, fromAt + length), toAt);
    return 0;
  };

  const random = () => {
    state.seed ^= state.seed << 13;
    state.seed ^= state.seed >>> 17;
    state.seed ^= state.seed << 5;
    return state.seed & 0xff;
  };

  const hal = {
    time_now: () => state.now,
    timer_arm: (deadline) => void (state.armed = deadline),
    entropy: (pointer, length) => {
      const bytes = kernel();
      for (let i = 0; i < length; i++) bytes[(pointer >>> 0) + i] = random();
      return 0;
    },
    cell_create: (image, cell) => {
      if (state.createError) return state.createError;
      if (state.cells.has(cell)) return EINVAL;
      state.cells.set(cell, new Uint8Array(CELL_PAGES * PAGE));
      return 0;
    },
    cell_enter: (cell, budget) => {
      if (++state.enters > ENTERS_MAX) throw new Error("the kernel enters cells without end");
      state.lastBudget = budget;
      return exports.table.get(state.body)(cell, budget);
    },
    cell_fault: (cell, out) => {
      if (!state.cells.has(cell)) return EINVAL;
      const report = state.reports.get(cell) ?? { cause: 0, address: 0n, pc: 0n };
      const view = new DataView(exports.memory.buffer, out >>> 0, REPORT_SIZE);
      view.setUint32(0, report.cause, true);
      view.setUint32(4, state.cells.get(cell).length / PAGE, true);
      view.setBigUint64(8, report.address, true);
      view.setBigUint64(16, report.pc, true);
      return 0;
    },
    cell_destroy: (cell) => (state.cells.delete(cell) ? 0 : EINVAL),
    cell_read: (cell, from, to, length) => copy(kernel(), to, state.cells.get(cell), from, length),
    cell_write: (cell, to, from, length) => copy(state.cells.get(cell), to, kernel(), from, length),
    cell_copy: (toCell, to, fromCell, from, length) =>
      copy(state.cells.get(toCell), to, state.cells.get(fromCell), from, length),
    window_map: (cell, index, base, length, rights) => {
      state.windows.set(`${cell}.${index}`, { base, length, rights });
      return 0;
    },
    window_unmap: (cell, index) => (state.windows.delete(`${cell}.${index}`) ? 0 : EINVAL),
    irq_bind: (line, cell) => {
      if (cell >= 0 && state.bindError) return state.bindError;
      if (cell < 0) state.lines.delete(line);
      else state.lines.set(line, cell);
      return 0;
    },
    irq_unmask: () => 0,
    quiesce: () => 0,
    off: (status) => {
      state.offStatus = status;
      throw new MachineOff();
    },
    images: (out) => {
      kernel().set(state.images, out >>> 0);
      return state.images.length / IMAGE_SIZE;
    },
    package_read: (image, offset, to, length) => {
      const bytes = state.packages.get(image);
      if (!bytes) return state.packageError;
      const part = bytes.slice(offset >>> 0, (offset >>> 0) + (length >>> 0));
      kernel().set(part, to >>> 0);
      return part.length;
    },
  };

  const machine = {
    seed: () => {
      const seed = Number(process.env.RUMPK_SEED ?? Date.now()) >>> 0;
      process.stdout.write(`RUMPK_SEED=${seed}\n`);
      return seed;
    },
    reset: () => void (state = freshState()),
    time_set: (now) => void (state.now = now),
    armed: () => state.armed,
    off_status: () => state.offStatus,
    create_fails: (error) => void (state.createError = error === 0 ? 0 : error || ENOMEM),
    bind_fails: (error) => void (state.bindError = error),
    body: (index) => void (state.body = index),
    until_off: (index) => {
      try {
        exports.table.get(index)();
        return 0;
      } catch (error) {
        if (error instanceof MachineOff) return 1;
        throw error;
      }
    },
    last_budget: () => state.lastBudget,
    fault: (cell, cause, address, pc) => void state.reports.set(cell, { cause, address, pc }),
    has_cell: (cell) => (state.cells.has(cell) ? 1 : 0),
    line_owner: (line) => state.lines.get(line) ?? -1,
    window_base: (cell, index) => state.windows.get(`${cell}.${index}`)?.base ?? -1n,
    peek: (cell, at) => state.cells.get(cell)?.[at >>> 0] ?? -1,
    poke: (cell, at, value) => void (state.cells.get(cell)[at >>> 0] = value),
    package: (image, pointer, length) => {
      state.packages.set(image, kernel().slice(pointer >>> 0, (pointer >>> 0) + length));
    },
    package_error: (error) => void (state.packageError = error),
    images: (pointer, count) => {
      state.images = kernel().slice(pointer >>> 0, (pointer >>> 0) + count * IMAGE_SIZE);
    },
  };

  for (const [name, plain] of Object.entries(hal)) {
    machine[`count_${name}`] = () => state.counts.get(name) ?? 0;
    hal[name] = (...args) => {
      state.counts.set(name, (state.counts.get(name) ?? 0) + 1);
      return plain(...args);
    };
  }

  return { imports: { hal, machine }, attach: (instance) => void (exports = instance.exports) };
}
