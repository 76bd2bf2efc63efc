/*
 * systems/NAME.kdl: which cells make up a system, in the order of the image table, which of them is the main cell, and
 * which folder becomes the root file system. It is checked as a whole when read: no name or port appears twice, every
 * channel has a server, and blocking sends only go down the layers, so that no cycle of waiting cells can form.
 *
 * A system is sealed unless it says otherwise: its packages are verified while it runs, by the cell `seal`, which is
 * added after the others.
 */
import { existsSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";

import * as abi from "../../abi.js";
import { UserError } from "../errors.js";
import { inRoot, shown } from "../paths.js";
import { CLASSES } from "../package/classes.js";
import { Shapes, Source, errorAt, readKdl } from "./kdl.js";
import { Manifest, readManifest } from "./manifest.js";
import { flagsOf } from "./values.js";

/** A key that a system trusts. */
export interface TrustedFile {
  /** File of the public key. */
  path: string;
  /** KEY_..., ORed. */
  classes: number;
}

export interface System {
  name: string;
  cells: Manifest[];
  /** Name of the main cell. */
  main: string;
  /** Directory of the root file system. */
  rootfs: string | undefined;
  /** Whether packages are verified in the running system. */
  sealed: boolean;
  /** The keys that it trusts by name; none means the signing key. */
  trust: TrustedFile[];
  /** File of the key pair that signs, when the system names one. */
  key: string | undefined;
}

const SHAPES: Shapes = {
  system: {
    required: true,
    arguments: ["string"],
    children: {
      main: { required: true, arguments: ["string"] },
      cell: { required: true, arguments: ["string"], repeats: true },
      rootfs: { arguments: ["string"] },
      unsealed: {},
      trust: { arguments: ["string"], rest: "string", repeats: true },
      key: { arguments: ["string"] },
    },
  },
};

/** Reads a system by name (systems/NAME.kdl) or by path, and adds the cells in the folders `extra`. */
export function readSystem(nameOrPath: string, extra: string[]): System {
  const source = readKdl(systemPath(nameOrPath), SHAPES);
  const node = source.document.findNodeByName("system")!;
  const cells = node.children!.findNodesByName("cell").map((cell) => {
    const directory = cellDirectory(source, String(cell.getArgument(0)));
    if (!directory) throw errorAt(source, cell, `there is no cell "${cell.getArgument(0)}" in cells/`);
    return readManifest(directory);
  });
  for (const directory of extra) {
    if (!existsSync(join(directory, "cell.kdl"))) throw new UserError(`--with ${directory}: there is no cell.kdl`);
    cells.push(readManifest(directory));
  }
  const unsealed = node.children!.findNodeByName("unsealed");
  const seal = cells.find(({ flags }) => flags & abi.IMAGE_SEAL);
  if (unsealed && seal) throw errorAt(source, unsealed, `an unsealed system has no use for the cell "${seal.name}"`);
  if (!unsealed && !seal) cells.push(readManifest(inRoot("cells/seal")));
  const main = node.children!.findNodeByName("main")!;
  const system = {
    name: String(node.getArgument(0)),
    cells,
    main: String(main.getArgument(0)),
    rootfs: rootfsOf(source),
    sealed: !unsealed,
    trust: trustOf(source),
    key: keyOf(source),
  };
  if (!/^[a-z][a-z0-9-]*$/.test(system.name))
    throw errorAt(source, node, "a system's name has letters a-z, digits, dashes");
  if (!cells.some(({ name }) => name === system.main)) throw errorAt(source, main, `no cell is named "${system.main}"`);
  checkSystem(system);
  return system;
}

/** The keys that a system trusts by name, according to its description. */
export function readTrust(nameOrPath: string): TrustedFile[] {
  return trustOf(readKdl(systemPath(nameOrPath), SHAPES));
}

function systemPath(nameOrPath: string): string {
  if (nameOrPath.endsWith(".kdl")) return resolve(nameOrPath);
  const path = inRoot("systems", `${nameOrPath}.kdl`);
  if (!existsSync(path)) throw new UserError(`--system ${nameOrPath}: there is no ${shown(path)}`);
  return path;
}

/** A cell of a system: a folder relative to the system's file when the name has a slash, else one in cells/. */
function cellDirectory(source: Source, name: string): string | undefined {
  const directory = name.includes("/") ? resolve(dirname(source.path), name) : inRoot("cells", name);
  return existsSync(join(directory, "cell.kdl")) ? directory : undefined;
}

/** The folder of the root file system: next to the system's file, or in the repository. */
function rootfsOf(source: Source): string | undefined {
  const node = source.document.findNodeByName("system")!.children!.findNodeByName("rootfs");
  if (!node) return undefined;
  const name = String(node.getArgument(0));
  const found = [resolve(dirname(source.path), name), inRoot(name)].find(
    (path) => existsSync(path) && statSync(path).isDirectory(),
  );
  if (!found) throw errorAt(source, node, `there is no folder "${name}"`);
  return found;
}

/** The trusted keys; a key without a class signs WebAssembly. */
function trustOf(source: Source): TrustedFile[] {
  const nodes = source.document.findNodeByName("system")!.children!.findNodesByName("trust");
  return nodes.map((node) => ({
    path: resolve(dirname(source.path), String(node.getArgument(0))),
    classes: flagsOf(source, node, CLASSES, 1) || abi.KEY_WASM,
  }));
}

function keyOf(source: Source): string | undefined {
  const node = source.document.findNodeByName("system")!.children!.findNodeByName("key");
  return node && resolve(dirname(source.path), String(node.getArgument(0)));
}

function checkSystem({ cells }: System): void {
  if (cells.length > abi.IMAGES_MAX) throw new UserError(`a system has at most ${abi.IMAGES_MAX} cells`);
  const servers = new Map<number, Manifest>();
  const names = new Set<string>();
  for (const cell of cells) {
    if (names.has(cell.name)) throw new UserError(`${shown(cell.path)}: another cell is named "${cell.name}" too`);
    names.add(cell.name);
    for (const { port } of cell.ports) {
      const other = servers.get(port);
      if (other) throw new UserError(`${shown(cell.path)}: port ${hex(port)} is served by "${other.name}" already`);
      servers.set(port, cell);
    }
  }
  for (const cell of cells) checkChannels(cell, servers);
  checkMounts(cells);
}

const isMounted = ({ ports }: Manifest): boolean => ports.some(({ flags }) => (flags & abi.PORT_MOUNTED) !== 0);

/**
 * Checks mounts: only one cell mounts, from a layer above the mounted servers; no mount is inside another, and at most
 * one has no path of its own.
 */
function checkMounts(cells: Manifest[]): void {
  const [tree, another] = cells.filter(({ flags }) => flags & abi.IMAGE_MOUNTS);
  if (another) throw new UserError(`${shown(another.path)}: "${tree!.name}" mounts already`);
  const mounted = cells.filter(isMounted);
  const more = mounted[abi.MOUNTED_PORTS];
  if (more) throw new UserError(`${shown(more.path)}: a system mounts at most ${abi.MOUNTED_PORTS} ports`);
  for (const [index, cell] of mounted.entries()) {
    const isIn = (path: string, other: string) => path === other || (other !== "" && path.startsWith(`${other}/`));
    const other = mounted.slice(0, index).find(({ mount }) => isIn(mount, cell.mount) || isIn(cell.mount, mount));
    if (other) throw new UserError(`${shown(cell.path)}: the mount of "${other.name}" is in the way of this one`);
    if (tree && cell.layer >= tree.layer)
      throw new UserError(
        `${shown(cell.path)}: "${tree.name}" (layer ${tree.layer}) mounts it; its layer must be lower than ${tree.layer}`,
      );
  }
}

function checkChannels(cell: Manifest, servers: Map<number, Manifest>): void {
  for (const { port, flags } of cell.channels) {
    const server = servers.get(port);
    if (!server) {
      if (flags & abi.CHANNEL_LAZY) continue;
      throw new UserError(
        `${shown(cell.path)}: no cell of this system serves port ${hex(port)}; add one, or say lazy=#true`,
      );
    }
    if (server.layer >= cell.layer) {
      throw new UserError(
        `${shown(cell.path)}: "${cell.name}" (layer ${cell.layer}) sends to "${server.name}" (layer ${server.layer}) ` +
          `over port ${hex(port)}; a server's layer must be lower than its clients'`,
      );
    }
  }
}

/** The name of the system with its added cells, for the files made from it. */
export function systemFileName(system: System, extra: string[]): string {
  return [system.name, ...extra.map((directory) => basename(resolve(directory)))].join("+");
}

function hex(port: number): string {
  return `0x${port.toString(16)}`;
}
