/*
 * Which part knows which below the kernel (hal.mjs): shared parts know no instruction set and no board, no instruction
 * set or board knows another; and each breach would be found.
 */
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { filesBelow, root } from "../../lib/paths.mjs";
import { dashedParts, declaredIn, partOf, wrongDeclarations, wrongIncludes, wrongWords } from "./hal.mjs";

const files = [...filesBelow("hal", ".c", ".h", ".S"), ...filesBelow("boot", ".c", ".h", ".S", ".ld")].map((path) => [
  path,
  readFileSync(join(root, path), "utf8"),
]);
/** What host/pipeline/metal/images.ts writes for every image. */
const GENERATED = ["places"];

test("every part of hal/ and boot/ is looked at", () => {
  const folders = ["hal/arch", "hal/board", "boot"].flatMap((at) =>
    readdirSync(join(root, at)).map((name) => `${at}/${name}`),
  );
  const seen = new Set(files.map(([path]) => partOf(path)));
  assert.deepEqual([...seen].sort(), [...folders, "hal/common", "hal/include", "hal/linux"].sort());
});

test("no instruction set has a dash in its name, and one that has would be found", () => {
  assert.deepEqual(dashedParts(files.map(([path]) => partOf(path))), []);
  const planted = ["hal/arch/linux-x86_64", "boot/linux-x86_64", "hal/board/qemu-x86_64", "hal/arch/x86_64"];
  assert.deepEqual(dashedParts(planted), planted.slice(0, 2));
});

test("hal and boot include what they may know, what is generated, the compiler's own headers, and libfdt", () => {
  assert.deepEqual(wrongIncludes(files), []);
});

test("hal and boot declare no name of a part that they do not know", () => {
  assert.deepEqual(wrongDeclarations(files, GENERATED), []);
});

test("what is shared has no instructions, and no part has words of another instruction set", () => {
  assert.deepEqual(wrongWords(files), []);
});

test("includes across a border would be found", () => {
  const includes = (path, name) => wrongIncludes([[path, `#include "${name}"\n`]]).length;
  for (const [path, name] of [
    ["hal/common/cells.c", "isa.h"],
    ["hal/common/cells.c", "linux.h"],
    ["hal/common/cells.c", "console.h"],
    ["hal/common/cells.c", "stdio.h"],
    ["hal/include/machine.h", "cell.h"],
    ["hal/linux/trap.c", "../arch/x86_64/isa.h"],
    ["hal/arch/riscv64/mmu.c", "linux.h"],
    ["hal/board/qemu-virt-riscv64/board.c", "console.h"],
    ["hal/board/qemu-x86_64/board.c", "linux.h"],
    ["boot/x86_64/tree.c", "simulated.h"],
  ])
    assert.equal(includes(path, name), 1, `${path} includes ${name}`);
  for (const [path, name] of [
    ["hal/linux/trap.c", "linux.h"],
    ["hal/linux/board.c", "linux.h"],
    ["hal/linux/main.c", "simulated.h"],
    ["hal/common/cells.c", "stdint.h"],
  ])
    assert.equal(includes(path, name), 0, `${path} includes ${name}`);
});

test("declarations across a border would be found", () => {
  const declares = (path, text) => wrongDeclarations([...files, [path, text]], GENERATED).length;
  for (const [path, text] of [
    ["hal/common/x.c", "extern uint64_t boot_hart;\n"],
    ["hal/common/x.c", "void uart_receive(void);\n"],
    ["hal/common/x.c", "extern char trap_entry[], __image_start[];\n"],
    ["hal/arch/aarch64/x.c", "extern uint64_t boot_hart;\n"],
    ["hal/board/qemu-virt-riscv64/x.c", "bool console_open(void);\n"],
  ])
    assert.equal(declares(path, text), 1, `${path}: ${text}`);
  assert.equal(declares("hal/arch/riscv64/x.c", "extern uint64_t boot_hart;\n"), 0);
  assert.equal(declares("hal/common/x.c", "extern char __image_start[];\n"), 0);
  assert.deepEqual(declaredIn("extern char a[], b[];\nvoid c(int *d);\nstatic void e(void);\nint f(void) {\n"), [
    ...["a", "b"],
    "c",
  ]);
});

test("words of an instruction set would be found", () => {
  const says = (path, text) => wrongWords([[path, text]]).length;
  assert.equal(says("hal/common/x.c", '__asm__ volatile("wfi");'), 1);
  assert.equal(says("hal/common/x.c", "#ifdef __riscv\n"), 1);
  assert.equal(says("hal/arch/aarch64/x.c", "#if __riscv_xlen\n"), 1);
  assert.equal(says("hal/arch/riscv64/x.c", "#if __riscv_xlen\n"), 0);
  assert.equal(says("hal/common/x.c", "/* __riscv */"), 0);
});
