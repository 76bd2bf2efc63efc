/*
 * Reads the machine code whose memory accesses other processors and devices see: the shared kind of the ION ring,
 * compiled like the kernel with wasm2c and our repairs, and the device accesses of hal/common/mmio.c. On each
 * instruction set every function must have its accesses and fences in the order of tests/specification/model/ring.pml.
 *
 * An instruction that affects ordering is one word of a sentence:
 *
 *   store, load         of shared memory, that orders nothing itself     release, acquire   a store or load that does
 *   full, before, after a fence: of everything; of stores before a store; of a load before loads
 *
 * A sequentially consistent access is `release` then `acquire` on aarch64, which keeps the two in order; on riscv64
 * fences surround it; on x86_64 the store is an exchange, which is a full fence, and plain loads and stores are acquire
 * and release.
 *
 * And of cell_enter: the last change to the interrupt mask lets pending interrupts in.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { before, test } from "node:test";
import { KERNEL_PAGES } from "../../../build/host/abi.js";
import { compileAsc } from "../../../build/host/pipeline/asc.js";
import { buildKernel } from "../../../build/host/pipeline/kernel.js";
import { compile } from "../../../build/host/pipeline/metal/compile.js";
import {
  GENERATED_FLAGS,
  ISAS,
  KERNEL_FLAGS,
  NO_OUTLINING,
  OUTLINING,
  compilerFlags,
  halFlags,
} from "../../../build/host/pipeline/metal/isa.js";
import { includesOf } from "../../../build/host/pipeline/metal/platform.js";
import { generateC } from "../../../build/host/pipeline/metal/wasm2c.js";
import { inBuild, inRoot } from "../../../build/host/pipeline/paths.js";
import { eachInstruction, functionBodies } from "../../../build/host/pipeline/wasm/opcodes.js";
import { sectionsOf } from "../../../build/host/pipeline/wasm/reader.js";

const SECTION_CODE = 10;
/** Prefix of every atomic instruction. */
const OP_ATOMIC = 0xfe;

/** The meaning of an instruction: the first pattern that matches. */
const WORDS = {
  riscv64: [
    [/^fence\s+rw, rw$/, "full"],
    [/^fence\s+rw, w$/, "before"],
    [/^fence\s+r, rw$/, "after"],
    [/^fence\s+w, o$/, "before"],
    [/^fence\s+i, r$/, "after"],
    [/^(c\.)?s[bhwd]\s+\w+, \w+\((?!sp)/, "store"],
    [/^(c\.)?l(b|h|w|bu|hu|wu|d)\s+\w+, \w+\((?!sp)/, "load"],
  ],
  aarch64: [
    [/^stlr[bh]?\s/, "release"],
    [/^ldar[bh]?\s/, "acquire"],
    [/^dmb\s+oshst$/, "before"],
    [/^dmb\s+oshld$/, "after"],
    [/^st(u?r)[bh]?\s(?!.*\[sp)/, "store"],
    [/^ld(u?r)[bh]?\s(?!.*\[sp)/, "load"],
  ],
  x86_64: [
    [/^xchg[bwlq]\s+%\w+, -?(0x)?\w*\(/, "full"],
    [/^mov[bwlq]\s+[%$][\w-]+, -?(0x)?\w*\((?!%rsp)/, "store"],
    [/^mov(z[bw])?[bwlq]{1,2}\s+-?(0x)?\w*\((?!%rsp)[^)]*\), /, "load"],
    [/^cmp[bwlq]\s+.*\((?!%rsp)[^)]*\)/, "load"],
    [/^(sub|add)[bwlq]\s+-?(0x)?\w*\((?!%rsp)[^)]*\), /, "load"],
  ],
};

/** What each function of a shared ring must have, as a pattern over its words. */
const RING = {
  riscv64: {
    reserve: /load after/,
    peek: /load after/,
    commit: /before store .*full load after/,
    release: /before store .*full load after/,
    producerWaits: /before store/,
    consumerWaits: /before store/,
  },
  aarch64: {
    reserve: /acquire/,
    peek: /acquire/,
    commit: /store .*release .*acquire/,
    release: /release .*acquire/,
    producerWaits: /release/,
    consumerWaits: /release/,
  },
  x86_64: {
    reserve: /load/,
    peek: /load/,
    commit: /store .*full load/,
    release: /full load/,
    producerWaits: /full/,
    consumerWaits: /full/,
  },
};

/** The same for a device: the last words of a load and of a store. x86_64 keeps this order itself. */
const DEVICE = {
  riscv64: { load: /load after$/, store: /before store$/ },
  aarch64: { load: /load after$/, store: /before store$/ },
  x86_64: { load: /load$/, store: /store$/ },
};
const WIDTHS = [8, 16, 32, 64];

/** Interrupts are unmasked, and masked again. */
const INTERRUPTS = {
  riscv64: { on: /^csrsi\s+sstatus, (0x)?2$/, off: /^csrci\s+sstatus, (0x)?2$/ },
  aarch64: { on: /^msr\s+DAIFClr,/, off: /^msr\s+DAIFSet,/ },
  x86_64: { on: /^sti$/, off: /^cli$/ },
};

const objects = {};
before(async () => {
  const pages = String(KERNEL_PAGES);
  const wasm = await compileAsc({
    label: "asc shared-ring",
    out: inBuild("tests/parts/order"),
    name: "shared_ring",
    target: "kernel",
    args: ["tests/parts/order/shared-ring.ts", "--initialMemory", pages, "--maximumMemory", pages],
    texts: {},
    folders: [],
  });
  const [ring, kernel] = await Promise.all([
    generateC("shared_ring", wasm, []),
    buildKernel().then((path) => generateC("kernel", path, [])),
  ]);
  for (const isa of ISAS) {
    const flags = [...compilerFlags(isa), ...includesOf(isa), `-I${kernel.folder}`];
    if (OUTLINING.includes(isa)) flags.push(NO_OUTLINING);
    const generated = [...flags, ...KERNEL_FLAGS, ...GENERATED_FLAGS];
    const object = (name) => inBuild("tests/parts/order", isa, `${name}.o`);
    objects[isa] = {
      ring: await compile(ring.c, object("ring"), generated),
      mmio: await compile(inRoot("hal/common/mmio.c"), object("mmio"), [...flags, ...halFlags(isa)]),
      cells: await compile(inRoot("hal/common/cells.c"), object("cells"), [...flags, ...halFlags(isa)]),
    };
  }
});

/** The functions of an object: name, and instructions, calls followed by the name of the called function. */
function functionsOf(object) {
  const args = ["-dr", "--no-show-raw-insn", object];
  const { status, stdout, stderr } = spawnSync("llvm-objdump-19", args, { encoding: "utf8" });
  assert.equal(status, 0, stderr);
  const functions = new Map();
  // A label inside a function is not a function.
  const text = stdout.replace(/^[0-9a-f]+ <\.L.*\n/gm, "");
  for (const part of text.split(/^[0-9a-f]+ </m).slice(1)) {
    const [head, ...rest] = part.split("\n");
    const lines = rest.map((line) =>
      line
        .replace(/^\s*[0-9a-f]+:\s*/, "")
        .replace(/\s*(#|\/\/|<).*$/, "")
        .replaceAll("\t", " "),
    );
    functions.set(head.replace(/>:$/, ""), lines);
  }
  return functions;
}

/** The words of a function, with calls into the same object expanded in place. */
function sentence(isa, functions, name) {
  const words = (lines) =>
    lines.flatMap((line) => {
      const callee = /^R_\w+ (?:\.text\.)?(\w+)/.exec(line)?.[1];
      if (callee) return functions.has(callee) && callee !== "check" ? words(functions.get(callee)) : [];
      const word = WORDS[isa].find(([pattern]) => pattern.test(line))?.[1];
      return word ? [word] : [];
    });
  assert.ok(functions.has(name), `there is no ${name}`);
  return words(functions.get(name)).join(" ");
}

for (const isa of ISAS) {
  test(`${isa}: both sides of a shared ring keep their order`, () => {
    const functions = functionsOf(objects[isa].ring);
    for (const [name, order] of Object.entries(RING[isa]))
      assert.match(sentence(isa, functions, `w2c_shared__ring_${name}`), order, name);
  });
  test(`${isa}: registers of a device keep their order with memory`, () => {
    const functions = functionsOf(objects[isa].mmio);
    for (const width of WIDTHS) {
      assert.match(sentence(isa, functions, `w2c_mmio_load${width}`), DEVICE[isa].load, `load${width}`);
      assert.match(sentence(isa, functions, `w2c_mmio_store${width}`), DEVICE[isa].store, `store${width}`);
    }
  });
}

for (const isa of ISAS) {
  test(`${isa}: cell_enter takes interrupts that are pending, whether or not a cell ran`, () => {
    const lines = functionsOf(objects[isa].cells).get("w2c_hal_cell_enter");
    const { on, off } = INTERRUPTS[isa];
    const last = (pattern) => lines.findLastIndex((line) => pattern.test(line));
    assert.ok(last(on) >= 0 && last(off) > last(on), lines.join("\n"));
  });
}

test("a local ring has neither fence nor atomic access: the kernel has none at all", async () => {
  const bytes = readFileSync(await buildKernel());
  const section = sectionsOf(bytes).find(({ id }) => id === SECTION_CODE);
  let atomics = 0;
  for (const body of functionBodies(bytes, section))
    eachInstruction(bytes, body, ({ opcode }) => (atomics += opcode === OP_ATOMIC ? 1 : 0));
  assert.equal(atomics, 0);
});
