/*
 * What an image is made of, read from the linker's map: bytes of text, rodata, data and bss for each part (kernel, hal,
 * each cell, libfdt, the root file system). A section belongs to the object that it came from.
 *
 *     VMA      LMA     Size Align Out     In      Symbol
 *   80000000 80000000   1f2a    16 .text
 *   80000000 80000000     4c     4         /path/start.S.o:(.text.start)
 */
import { readFileSync } from "node:fs";

export interface Sizes {
  text: number;
  rodata: number;
  data: number;
  bss: number;
}

const ROW = /^ *[0-9a-f]+ +[0-9a-f]+ +([0-9a-f]+) +\d+ (.*)$/;
const OBJECT = /^ +(?:.*\/)?obj\/(.*)\.o:\(/;

/** Strings that the linker merged from several objects. */
const MERGED = /^ +<internal>:\(/;

/** Sizes by part, from the map beside an image. */
export function sizesOf(elf: string): Map<string, Sizes> {
  const parts = new Map<string, Sizes>();
  let kind: keyof Sizes | undefined;
  for (const line of readFileSync(`${elf}.map`, "utf8").split("\n")) {
    const row = ROW.exec(line);
    if (!row) continue;
    const out = /^(\S+)$/.exec(row[2]!);
    if (out) kind = kindOf(out[1]!);
    const object = OBJECT.exec(row[2]!)?.[1] ?? (MERGED.test(row[2]!) ? "merged strings" : undefined);
    if (!object || !kind) continue;
    const name = partOf(object);
    const sizes = parts.get(name) ?? { text: 0, rodata: 0, data: 0, bss: 0 };
    sizes[kind] += Number.parseInt(row[1]!, 16);
    parts.set(name, sizes);
  }
  return parts;
}

/** What an output section counts as; debugging sections count as nothing. */
function kindOf(section: string): keyof Sizes | undefined {
  const match = /^\.(text|rodata|data|bss|boot|init)\b/.exec(section);
  if (!match) return undefined;
  return match[1] === "boot" || match[1] === "init" ? "text" : (match[1] as keyof Sizes);
}

/** The part that an object belongs to. */
function partOf(object: string): string {
  if (object === "kernel.c" || object === "kernel") return "kernel";
  const cell = /^cell_(.*?)(\.c)?$/.exec(object);
  if (cell) return `cell ${cell[1]!.replaceAll("_", "-")}`;
  if (object === "devices.c") return "simulated board";
  if (object.startsWith("libfdt/")) return "libfdt";
  if (object === "merged strings") return object;
  if (object.endsWith("-rootfs")) return "rootfs";
  if (object.endsWith("-images")) return "image table";
  return object.startsWith("boot/") ? "boot" : "hal";
}
