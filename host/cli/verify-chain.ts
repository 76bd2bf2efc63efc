/*
 * `rumpk verify-chain FILE`: checks an exported chain of the ledger and prints its contents.
 */
import { readFileSync } from "node:fs";

import { UserError, messageOf } from "../pipeline/errors.js";
import { Chain, ChainError, checkChain } from "./chain.js";
import { Verb, lastOf } from "./verb.js";

const HASH = /^[0-9a-f]{64}$/i;
const NANOSECONDS_OF_MS = 1_000_000n;

export const verifyChain: Verb = {
  summary: "check a ledger that was exported from a running system",
  arguments: "FILE",
  most: 1,
  flags: {
    key: { value: "HEX", help: "fail unless the chain was signed by this public key" },
    head: { value: "HEX", help: "fail unless the chain holds this link, noted down earlier" },
  },
  notes:
    "FILE is a copy of /Nexus/provchain/chain:  echo cat /Nexus/provchain/chain | npx rumpk run > FILE\n" +
    "Key and links are those of /Nexus/provchain/head. Exit status 1, and one line that names the first bad event, when\n" +
    "the chain is bad; docs/ledger.md says what a good one proves.",
  async run(options) {
    const path = options.words[0];
    if (path === undefined) throw new UserError('verify-chain: name a file; see "rumpk verify-chain --help"');
    const key = hashOf("key", lastOf(options, "key"));
    const head = hashOf("head", lastOf(options, "head"));
    try {
      const chain = checkChain(read(path));
      checkNoted(chain, key, head);
      process.stdout.write(reportOf(chain));
      return 0;
    } catch (error) {
      if (!(error instanceof ChainError)) throw error;
      process.stderr.write(`${path}: ${error.message}\n`);
      return 1;
    }
  },
};

function hashOf(flag: string, value: string | undefined): string | undefined {
  if (value === undefined || HASH.test(value)) return value?.toLowerCase();
  throw new UserError(`verify-chain: --${flag} takes 64 hexadecimal digits, found "${value}"`);
}

function read(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new UserError(`verify-chain: ${path}: ${messageOf(error).split(",")[0]}`);
  }
}

function checkNoted(chain: Chain, key: string | undefined, head: string | undefined): void {
  if (key !== undefined && chain.key !== key) throw new ChainError(`the head: signed by another key, ${chain.key}`);
  if (head !== undefined && !chain.links.has(head)) throw new ChainError(`the chain does not hold the link ${head}`);
}

function reportOf(chain: Chain): string {
  const ids = chain.firstId === 0n ? "no events" : eventsOf(chain.firstId, chain.lastId);
  const dropped = chain.firstBlock === 0n ? "" : `, the first ${chain.firstBlock} dropped before`;
  const lines = [
    `good: ${ids} in ${chain.entries} entries, ${chain.blocks} sealed blocks${dropped}`,
    ...chain.missing.map(({ first, count, reason }) => `missing: ${eventsOf(first, first + count - 1n)}: ${reason}`),
    `key ${chain.key}`,
    `head ${chain.head}`,
    `started ${dateOf(chain.started)} by instance ${chain.segment}, exported ${dateOf(chain.exported)}`,
  ];
  return lines.join("\n") + "\n";
}

function eventsOf(first: bigint, last: bigint): string {
  return first === last ? `event ${first}` : `events ${first} to ${last}`;
}

function dateOf(nanoseconds: bigint): string {
  const date = new Date(Number(nanoseconds / NANOSECONDS_OF_MS));
  return Number.isNaN(date.getTime()) ? `${nanoseconds}` : date.toISOString();
}
