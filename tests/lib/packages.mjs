/*
 * Built systems of the Node machine, modified behind the build's back, and packages signed for them, as the holder of
 * the key or someone else could make them.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { assemblePackage, partsOf, signModule } from "../../build/host/pipeline/package/package.js";
import { packageHash, sealTable } from "../../build/host/pipeline/package/seal-table.js";
import { developmentKey } from "../../build/host/pipeline/package/trust.js";
import { ALL_CLASSES } from "../../build/host/pipeline/package/classes.js";

/** A module with nothing in it. */
export const EMPTY_MODULE = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);

/** The package with a different form for the Node machine, signed by the development key. */
export function withForm(bytes, form) {
  return signModule(assemblePackage({ ...partsOf(bytes), forms: new Map([["node", form]]) }), developmentKey());
}

/** A package of these parts and otherwise minimal, signed by the development key or another one. */
export function packageOf(parts, signer = developmentKey()) {
  const whole = { module: EMPTY_MODULE, record: undefined, forms: new Map(), natives: new Map(), ...parts };
  return signModule(assemblePackage(whole), signer);
}

/** A table of seals over images { name, record, bytes }, signed by the development key, the only trusted one. */
export function sealsOf(images) {
  const signer = developmentKey();
  const entries = images.map(({ name, record, bytes }) => ({ name, hash: packageHash(record, bytes) }));
  return sealTable({ signer, trusted: [{ key: signer.public, classes: ALL_CLASSES }] }, entries);
}

/**
 * Writes a copy of a built system into `folder`; `change(name, bytes)` returns the new bytes of each package. `seal`
 * says whether to remake the table of seals. Returns the path of its description.
 */
export function changedSystem(built, folder, change, { seal = true } = {}) {
  const system = JSON.parse(readFileSync(built, "utf8"));
  const place = (path) => path && resolve(dirname(built), path);
  const images = system.cells.map((part) => ({
    name: part.name,
    record: readFileSync(place(part.record)),
    bytes: change(part.name, new Uint8Array(readFileSync(place(part.package)))),
  }));
  const written = (name, bytes) => {
    writeFileSync(join(folder, name), bytes);
    return join(folder, name);
  };
  const cells = system.cells.map((part, index) => ({
    name: part.name,
    package: written(`${part.name}.npk`, images[index].bytes),
    record: place(part.record),
    places: place(part.places),
  }));
  const seals = seal && system.seals ? written("seals", sealsOf(images)) : place(system.seals);
  const { kernel, board, rootfs } = system;
  const parts = { kernel: place(kernel), board: place(board), rootfs: place(rootfs) };
  const description = { ...system, ...parts, cells, seals };
  return written("system.json", JSON.stringify(description));
}
