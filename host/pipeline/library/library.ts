/*
 * What a C library is: libraries/NAME/library.kdl says where its source comes from, pinned by version and hash, which
 * files are compiled and with which flags, and, if cells may name the library in their manifests, which functions they
 * may call.
 *
 *   libraries/NAME/library.kdl       the description
 *   libraries/NAME/*.c               our glue, compiled with its sources
 *   libraries/NAME/Cargo.toml, .lock the pin of a source that is a crate
 *   libraries/include/               the few C headers that libraries for cells include
 */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

import { Node } from "@bgotink/kdl";

import { Shape, Shapes, Source, errorAt, readKdl } from "../manifest/kdl.js";
import { inRoot } from "../paths.js";
import { Crate, crateSource } from "./crate.js";
import { DebianSource, debianSource } from "./debian-source.js";

export interface Library {
  name: string;
  /** Its purpose in an image: its line in NOTICE. */
  purpose: string;
  license: string;
  origin: DebianSource | Crate;
  /** Folder in the unpacked source that `sources` and `includes` are relative to. */
  folder: string;
  sources: string[];
  includes: string[];
  flags: string[];
  /** The functions that cells may call; none if the library is not for cells. */
  functions: string[];
}

const TEXT: Shape = { required: true, arguments: ["string"] };
const TEXTS: Shape = { rest: "string" };
const SHAPES: Shapes = {
  library: {
    required: true,
    arguments: ["string"],
    children: {
      purpose: TEXT,
      license: TEXT,
      debian: { arguments: ["string"], children: { version: TEXT, suite: TEXT, tarball: TEXT, sha256: TEXT } },
      crate: { arguments: ["string"], children: { version: TEXT } },
      folder: TEXT,
      includes: TEXTS,
      flags: TEXTS,
      sources: { required: true, rest: "string" },
      functions: TEXTS,
    },
  },
};

const FILE = "library.kdl";

/** Names of all libraries. */
export const LIBRARY_NAMES = readdirSync(inRoot("libraries"))
  .filter((name) => existsSync(inRoot("libraries", name, FILE)))
  .sort();

/** Reads libraries/NAME/library.kdl. */
export function readLibrary(name: string): Library {
  const description = readKdl(inRoot("libraries", name, FILE), SHAPES);
  const node = description.document.findNodeByName("library")!;
  return {
    name,
    purpose: textOf(node, "purpose"),
    license: textOf(node, "license"),
    origin: originOf(description, node),
    folder: textOf(node, "folder"),
    sources: textsOf(node, "sources"),
    includes: textsOf(node, "includes"),
    flags: textsOf(node, "flags"),
    functions: textsOf(node, "functions"),
  };
}

/** The folder of the unpacked source of a library. Fetched once. */
export function librarySource({ origin, name }: Library): Promise<string> {
  return "tarball" in origin ? debianSource(origin) : crateSource(origin, inRoot("libraries", name));
}

/** Our own files that are compiled with a library's. */
export function glueOf(name: string): string[] {
  const folder = inRoot("libraries", name);
  const files = readdirSync(folder).filter((file) => file.endsWith(".c"));
  return files.map((file) => join(folder, file));
}

function originOf(description: Source, node: Node): DebianSource | Crate {
  const crate = node.children!.findNodeByName("crate");
  if (crate) return { name: String(crate.getArgument(0)), version: textOf(crate, "version") };
  const debian = node.children!.findNodeByName("debian");
  if (!debian) throw errorAt(description, node, 'a library comes from a "debian" source or a "crate"');
  const [version, suite] = [textOf(debian, "version"), textOf(debian, "suite")];
  return {
    name: String(debian.getArgument(0)),
    version,
    suite,
    tarball: textOf(debian, "tarball"),
    sha256: textOf(debian, "sha256"),
  };
}

function textOf(node: Node, name: string): string {
  return String(node.children!.findNodeByName(name)!.getArgument(0));
}

function textsOf(node: Node, name: string): string[] {
  return node.children!.findNodeByName(name)?.getArguments().map(String) ?? [];
}
