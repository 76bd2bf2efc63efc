/*
 * `rumpk size`: how big an image is, by instruction set and by part.
 */
import { ISAS } from "../build/metal/isa.js";
import { Sizes, sizesOf } from "../build/metal/size.js";
import { UserError } from "../build/errors.js";
import { buildTarget } from "./build.js";
import { TARGET_FLAGS, targetOf } from "./target.js";
import { Verb } from "./verb.js";

const KINDS = ["text", "rodata", "data", "bss"] as const;

export const size: Verb = {
  summary: "print text, rodata, data and bss of a system's images, by instruction set and by part",
  flags: {
    ...TARGET_FLAGS,
    on: { value: "MACHINE", help: `one of ${ISAS.join(", ")} (default all)` },
    json: { help: "print JSON" },
  },
  async run(options) {
    const { system, fileName, machine } = targetOf(options);
    const isas = options.flags["on"] ? [machine] : ISAS;
    const report: Record<string, Record<string, Sizes>> = {};
    for (const isa of isas) {
      if (isa === "node") throw new UserError("size: node has no image; say riscv64, aarch64 or x86_64");
      const elf = await buildTarget({ machine: isa, system, fileName });
      report[isa] = Object.fromEntries(sizesOf(elf));
    }
    process.stdout.write(
      "json" in options.flags ? JSON.stringify(report, undefined, 2) + "\n" : table(system.name, report),
    );
    return 0;
  },
};

function table(name: string, report: Record<string, Record<string, Sizes>>): string {
  const out: string[] = [];
  for (const [isa, parts] of Object.entries(report)) {
    const rows = Object.entries(parts).map(([part, sizes]) => [part, ...numbers(sizes)]);
    const total = KINDS.map((kind) => Object.values(parts).reduce((sum, sizes) => sum + sizes[kind], 0));
    rows.push(["total", ...numbers({ text: total[0]!, rodata: total[1]!, data: total[2]!, bss: total[3]! })]);
    out.push(row([`${name} ${isa}`, ...KINDS, "in the image"]), ...rows.map(row), "");
  }
  return out.join("\n");
}

/** The four sizes, and what of it lies in the image: all but bss. */
function numbers(sizes: Sizes): string[] {
  return [...KINDS.map((kind) => sizes[kind]), sizes.text + sizes.rodata + sizes.data].map(String);
}

function row([part, ...values]: string[]): string {
  return [part!.padEnd(20), ...values.map((value) => value.padStart(12))].join("");
}
