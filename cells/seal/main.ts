/*
 * The cell that verifies packages. It waits until the kernel has something to verify, reads it, and answers with a
 * verdict (SEAL_..., abi/seal) and the key classes it is signed for. Only its input can attack it: it has no
 * capability, checks every length before use, and allocates nothing.
 *
 *   the table      signed by one of its keys
 *   a package      the hash of record and bytes is that of its entry in the table; where WebAssembly runs, it is also
 *                  signed itself (package.ts)
 */
import {
  HASH_SIZE,
  IMAGE_DMA,
  IMAGE_SIZE,
  ImageRecord,
  KEY_DMA,
  KEY_NATIVE,
  META_SEAL_VERDICT,
  META_SEAL_WORK,
  NAME_SIZE,
  SEAL_CHANGED,
  SEAL_CLASS,
  SEAL_FORM_PACKAGE,
  SEAL_GOOD,
  SEAL_NO_TABLE,
  SEAL_TABLE_IMAGE,
  SEAL_TRUNCATED,
  SEAL_UNSIGNED,
  SealEntry,
  SealWork,
} from "rumpk/abi";
import { meta } from "rumpk/raw";

import { judgePackage } from "./package";
import { signedClasses } from "./signatures";
import { finish, open, read } from "./stream";
import { entryOf, hasTable, loadTable, signerClasses } from "./table";

const work: usize = memory.data(8, 8);
const record: usize = memory.data(1024, 8);
const hash: usize = memory.data(32, 8);

/** Key classes that the current package is signed for. */
let classes: u32 = 0;

/** Ends only where the kernel has nothing to verify, because the machine verified the packages before the start. */
export function main(args: string[]): i32 {
  while (meta(META_SEAL_WORK, work, 0, 0) > 0) {
    const task = changetype<SealWork>(work);
    classes = 0;
    const verdict = task.image == SEAL_TABLE_IMAGE ? loadTable() : judge(task.image, task.form);
    meta(META_SEAL_VERDICT, verdict, classes, 0);
  }
  return 0;
}

/** Judges the package of an image: SEAL_... */
function judge(image: u32, form: u32): u32 {
  if (!hasTable()) return SEAL_NO_TABLE;
  open();
  if (read(record, IMAGE_SIZE) != IMAGE_SIZE) return SEAL_TRUNCATED;
  const verdict = form == SEAL_FORM_PACKAGE ? judgeSigned() : judgeNative();
  if (verdict != SEAL_GOOD) return verdict;
  return judgeEntry(entryOf(image));
}

function judgeSigned(): u32 {
  const verdict = judgePackage(record);
  classes = signedClasses();
  return verdict;
}

/** Native code has no signature of its own: the key that signed the table vouches for it. */
function judgeNative(): u32 {
  if (read(0, 1) == 0) return SEAL_TRUNCATED;
  classes = signerClasses();
  const dma = (changetype<ImageRecord>(record).flags & IMAGE_DMA) != 0;
  const needed = KEY_NATIVE | (dma ? KEY_DMA : 0);
  return (needed & ~classes) == 0 ? SEAL_GOOD : SEAL_CLASS;
}

/** The package is the one that the table names: same name, same bytes. */
function judgeEntry(entry: usize): u32 {
  if (entry == 0) return SEAL_UNSIGNED;
  finish(hash);
  const sameName = memory.compare(entry, record, NAME_SIZE) == 0;
  const sameHash = memory.compare(entry + offsetof<SealEntry>("hash"), hash, HASH_SIZE) == 0;
  return sameName && sameHash ? SEAL_GOOD : SEAL_CHANGED;
}
