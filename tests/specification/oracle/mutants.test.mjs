/*
 * The oracle must be able to fail: of kernels with one seeded mistake each, the operations, a law or the economy catch
 * every one. A mistake is a text in a source file and its replacement; if the text is no longer there, the test fails
 * and the mistake must be rewritten. The kernels are built as for every machine, without the checker of invariants: the
 * specification has to notice.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import asc from "assemblyscript/asc";
import { root } from "../../lib/paths.mjs";
import { compileOracle } from "./compiled.mjs";

const SEED = 1;
/** Operations within which a mistake must show. */
const COUNT = 400000;
const CASES = 150;

/** What is wrong, the file, the text, its replacement, and whether the economy has to notice. */
const mistakes = [
  ["a grant may widen", "calls/delegate.ts", "(rights & ~(<u32>capability.rights)) != 0", "false"],
  [
    "rights are not looked at",
    "object/capability.ts",
    "(capability.rights & rights) == rights ? 0",
    "rights != 0xffff ? 0",
  ],
  [
    "a revoke takes nothing away",
    "authority/slots.ts",
    "place = leafBelow(capability)) takeAway(place);",
    "place = NO_PLACE) {}",
  ],
  [
    "a revoke stops at the first",
    "authority/slots.ts",
    "place = leafBelow(capability)) takeAway(place);",
    "place = NO_PLACE) takeAway(place);",
  ],
  ["a restart keeps every slot", "life/blink.ts", "if (!keep || !survives(index, slot))", "if (!keep)"],
  ["pledge can ask for more", "authority/pledge.ts", "if (after != <u64>promises) return EPERM;", ""],
  ["promises are not looked at", "authority/pledge.ts", "return needs == 0 ||", "return true ||"],
  [
    "/a unveils /ab",
    "authority/unveil.ts",
    "return aboveLength == length || load<u8>(path",
    "return true || load<u8>(path",
  ],
  ["unveil may widen", "authority/unveil.ts", "if ((rights & ~base) != 0) return EPERM;", ""],
  ["send is free", "calls/transfer.ts", "chargeCall(cell, COST_SEND);", ""],
  ["a lend is for its lender's own end", "object/lend.ts", " || lend.end == end) return EBADF;", ") return EBADF;"],
  ["COPY needs no right", "calls/connect.ts", "direction != 0 ? RIGHT_SEND : RIGHT_RECV", "0"],
  ["a lend outlives its peer", "object/lend.ts", " && !endGone(channel, 0) && !endGone(channel, 1)", ""],
  [
    "a lend reaches a byte too far",
    "object/lend.ts",
    "length > <u64>lend.length - offset",
    "length > <u64>lend.length + 1 - offset",
  ],
  [
    "a checkpoint is not looked at",
    "keep/checkpoint.ts",
    "if (!ownsMemory(index, pointer, length)) return EFAULT;",
    "",
  ],
  [
    "a revived child starts cold",
    "life/blink.ts",
    "|| state == CELL_ENDED) checkpointsDrop(index);",
    "|| state == CELL_ENDED || cell.parent != NO_CELL) checkpointsDrop(index);",
  ],
  ["bytes are not counted", "object/quota.ts", "return all <= image.arenaMost &&", "return"],
  ["channels are not counted", "object/quota.ts", "quota.channels + channels <= image.channelsMost", "true"],
  [
    "nobody pays for a pair that its maker let go of",
    "authority/slots.ts",
    "NO_PAYER : holderOf(channelIndex)",
    "NO_PAYER : NO_PAYER",
  ],
  ["a checkpoint is free", "keep/checkpoint.ts", "if (!quotaAllows(index, charge, 0)) return false;", ""],
  ["a device stays after its pledge", "authority/pledge.ts", "dropDevices(index, after);", ""],
  ["a device is never free again", "object/device.ts", "device.holder = 0;\n}", "}"],
  ["a held cell runs without a verdict", "life/loader.ts", "if (verdict <= 0) return verdict;", ""],
  ["who is to seal is blamed for nothing", "life/verify.ts", "if (work == blamed) refuseWork();", ""],
  ["nobody reads the table again", "life/verify.ts", "if (stateOf(TABLE) < REFUSED) setState(TABLE, WAITING);", ""],
  ["dma needs no key", "life/verify.ts", "(classes & KEY_DMA) == 0", "false"],
  [
    "quarantine lasts for good",
    "run/cell.ts",
    "cell.state == CELL_ENDED || (cell.state == CELL_QUARANTINED && cell.parent != NO_CELL)",
    "cell.state == CELL_ENDED",
  ],
  ["a server accuses of what nobody asked", "calls/accuse.ts", " || !takeDenial(channelIndex)", ""],
  [
    "a revival connects nobody",
    "life/blink.ts",
    "if (endGone(channel, 1) && imageServes(image, channel.port)) rewire(index, slot);",
    "",
  ],
  [
    "a restart has no record",
    "keep/given.ts",
    "if (grant.kind == CAP_CHANNEL) channelHold(grant.object, grant.end);",
    "givenDrop(place);",
  ],
  ["a loan outlives its lender's wait", "run/pending.ts", "if (borrowers != 0) endLoansOf(index);\n  }", "}"],
  ["who borrows pays", "run/loan.ts", "return lender == NO_CELL ? index : lender;", "return index;"],
  ["an empty window goes on lending", "run/loan.ts", "if (borrowers != 0) endLoansOf(account);", ""],
  [
    "a borrower keeps its loan while it waits",
    "run/pending.ts",
    "  if (turnOf(cell).lender != NO_CELL) endLoan(index);\n  callOf(cell).waitSet",
    "  callOf(cell).waitSet",
  ],
  ["nobody lends along", "calls/transfer.ts", "if (popcnt(waitSet) != 1) return;", "return;"],
  ["an event tells of who is gone", "calls/transfer.ts", "if (peer == NO_CELL) return;", ""],
  ["no window is ever empty", "run/energy.ts", "return energyOf(cell).left <= 0;", "return false;", true],
  ["a second strike does not demote", "life/strike.ts", "if (strikes == STRIKE_DEMOTE) demote(index, cell);", "", true],
];

const oracle = await compileOracle();

/**
 * Builds the kernel with one text in a source file replaced, optimised only as far as it speeds up the build.
 */
async function build(file, text, instead) {
  const pages = String(oracle.KERNEL_PAGES);
  const args = ["assembly/rumpk/kernel.ts", "--outFile", "kernel.wasm", "--runtime", "stub", "-O1", "--noValidate"];
  const memory = ["--importMemory", "--initialMemory", pages, "--maximumMemory", pages];
  const rest = ["--importTable", "--tableBase", "1", "--enable", "threads", "--use", "abort="];
  const sources = join("assembly/rumpk", file);
  let kernel = null;
  let replaced = 0;
  const { error, stderr } = await asc.main([...args, ...memory, ...rest], {
    readFile(name, base) {
      let source;
      try {
        source = readFileSync(join(root, base, name), "utf8");
      } catch {
        return null;
      }
      if (join(base, name) !== sources) return source;
      replaced = source.split(text).length - 1;
      return source.replace(text, instead);
    },
    writeFile: (name, bytes) => void (kernel = name.endsWith(".wasm") ? bytes : kernel),
  });
  assert.equal(error, null, String(stderr));
  assert.equal(replaced, 1, `${file} has not exactly one "${text}"`);
  return new WebAssembly.Module(kernel);
}

/** The oracle's finding on a kernel; null if there is none. */
function verdict(kernel, economic) {
  if (!economic) return oracle.explore(kernel, COUNT, SEED, false).failure;
  const [share] = Object.values(oracle.economy);
  return oracle.tryLaw(share(kernel), CASES, SEED, false);
}

for (const [what, file, text, instead, economic = false] of mistakes)
  test(`caught: ${what}`, async (t) => {
    const found = verdict(await build(file, text, instead), economic);
    assert.notEqual(found, null, "not caught");
    t.diagnostic(found.split("\n", 1)[0]);
  });
