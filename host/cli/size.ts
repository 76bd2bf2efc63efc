/*
 * `rumpk size`: how big an image is, by instruction set and by part, and how much stack its parts need.
 */
import { readFileSync } from "node:fs";

import * as abi from "../abi.js";
import { UserError } from "../pipeline/errors.js";
import { System } from "../pipeline/manifest/system.js";
import { stackReport } from "../pipeline/metal/metal-system.js";
import { Sizes, sizesOf } from "../pipeline/metal/size.js";
import { StackNeed } from "../pipeline/metal/stack.js";
import { buildTarget } from "./build.js";
import { MACHINES, TARGET_FLAGS, targetOf } from "./target.js";
import { Verb } from "./verb.js";

const IMAGES = MACHINES.filter((machine) => machine !== "node" && machine !== "wasmtime");
const KINDS = ["text", "rodata", "data", "bss"] as const;

/** Sizes of one part; `stack` for kernel and cells, `stackOpen` if it may need more. */
interface Part extends Sizes {
  stack?: number;
  stackOpen?: boolean;
}

type Report = Record<string, Record<string, Part>>;

export const size: Verb = {
  summary: "print text, rodata, data, bss and stack of a system's images, by instruction set and by part",
  flags: {
    ...TARGET_FLAGS,
    on: { value: "MACHINE", help: `one of ${IMAGES.join(", ")} (default all)` },
    json: { help: "print JSON" },
  },
  notes:
    'Bytes, of images built with --release. The image is everything but bss. The line "core" is the total without the root file\n' +
    "system and without the cells that seal and keep the ledger. Stack is the deepest path of calls: for the kernel that of a call, exactly;\n" +
    "for a cell at least that, where a + says that it recurses or calls through pointers.",
  async run(options) {
    const { machine, ...target } = targetOf(options);
    const isas = options.flags["on"] ? [machine] : IMAGES;
    const report: Report = {};
    for (const isa of isas) {
      if (isa === "node" || isa === "wasmtime")
        throw new UserError(`size: ${isa} has no image; say ${IMAGES.join(", ")}`);
      report[isa] = partsOf(await buildTarget({ ...target, machine: isa, release: true }));
    }
    const json = "json" in options.flags;
    process.stdout.write(json ? JSON.stringify(report, undefined, 2) + "\n" : table(target.system, report));
    return 0;
  },
};

function partsOf(elf: string): Record<string, Part> {
  const stacks = JSON.parse(readFileSync(stackReport(elf), "utf8")) as Record<string, StackNeed>;
  const parts: Record<string, Part> = {};
  for (const [name, sizes] of sizesOf(elf)) {
    const need = stacks[name];
    parts[name] = need ? { ...sizes, stack: need.bytes, stackOpen: need.open } : sizes;
  }
  return parts;
}

function table(system: System, report: Report): string {
  const out: string[] = [];
  const apart = apartOf(system);
  for (const [isa, parts] of Object.entries(report)) {
    const core = Object.entries(parts).filter(([name]) => !apart.has(name));
    const rows = Object.entries({ ...parts, total: sumOf(Object.values(parts)) });
    if (core.length < rows.length - 1) rows.push(["core", sumOf(core.map(([, part]) => part))]);
    const lines = rows.map(([part, sizes]) => row([part, ...numbers(sizes)]));
    out.push(row([`${system.name} ${isa}`, ...KINDS, "image", "stack"]), ...lines, "");
  }
  return out.join("\n");
}

/** The parts outside our code that every system needs: data, and the cells for signatures and the ledger. */
function apartOf({ cells }: System): Set<string> {
  const special = cells.filter(({ flags }) => flags & (abi.IMAGE_SEAL | abi.IMAGE_LEDGER));
  return new Set(["rootfs", ...special.map(({ name }) => `cell ${name}`)]);
}

function sumOf(parts: Sizes[]): Sizes {
  const sum = (kind: keyof Sizes) => parts.reduce((total, part) => total + part[kind], 0);
  return { text: sum("text"), rodata: sum("rodata"), data: sum("data"), bss: sum("bss") };
}

/** The four sizes, the part that is in the image, and the stack. */
function numbers(part: Part): string[] {
  const stack = part.stack === undefined ? "" : `${part.stack}${part.stackOpen ? "+" : ""}`;
  const image = part.text + part.rodata + part.data;
  return [...KINDS.map((kind) => String(part[kind])), String(image), stack];
}

function row([part, ...values]: string[]): string {
  return [part!.padEnd(20), ...values.map((value) => value.padStart(10))].join("").trimEnd();
}
