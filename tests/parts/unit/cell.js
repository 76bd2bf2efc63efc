/*
 * A kernel for one cell under unit test: the part of the module `rumpk` that a program needs for its console, and the C
 * libraries of cells. The console's three ports are pipes (abi/port): a test supplies the input, which ends with a
 * hang-up, and gets the output. META_SEAL_READ reads a package that the test supplies.
 *
 * Guarantees: hashes and signatures are real, made by Node and by @noble/hashes. A call that no unit test needs throws.
 */
import { createHash, createHmac, createPublicKey, verify } from "node:crypto";
import { blake3 } from "@noble/hashes/blake3.js";

const ENOENT = -2n;
const EPIPE = -32n;
const ENOSYS = -38n;
const META_LOOKUP = 6;
const META_RING = 9;
const META_SEAL_READ = 19;
/** Port to slot. */
const SLOTS = new Map([
  [0x1000n, 1n],
  [0x1001n, 2n],
  [0x1002n, 3n],
]);
const INPUT = 1;
/** Bytes of an entry and entries of each ring. */
const ENTRY_SIZE = 1028n;
const ENTRY_COUNT = 8n;
/** The DER prefix of a raw Ed25519 key. */
const ED25519_DER = Buffer.from("302a300506032b6570032100", "hex");

/** Makes the imports; `memory` returns the instance's bytes. */
export function unitCell(memory) {
  const bytesAt = (pointer, length) => Buffer.from(memory().slice(pointer >>> 0, (pointer >>> 0) + Number(length)));
  let input = Buffer.alloc(0);
  let packageBytes = Buffer.alloc(0);
  const outputs = new Map();

  const take = (pointer, bytes) => {
    memory().set(bytes, pointer >>> 0);
    return bytes.length;
  };
  const rumpk = {
    meta: (op, a, b, c) => {
      if (op === META_LOOKUP) return SLOTS.get(a) ?? ENOENT;
      if (op === META_SEAL_READ) return BigInt(take(Number(b), packageBytes.subarray(Number(a), Number(a + c))));
      return op === META_RING ? ENTRY_SIZE | (ENTRY_COUNT << 32n) : ENOSYS;
    },
    send: (slot, pointer, length) => {
      if (slot !== INPUT)
        outputs.set(slot, Buffer.concat([outputs.get(slot) ?? Buffer.alloc(0), bytesAt(pointer, length)]));
      return BigInt(length);
    },
    recv: (slot, pointer, capacity) => {
      if (slot !== INPUT || input.length === 0) return EPIPE;
      const message = input.subarray(0, Math.min(capacity, Number(ENTRY_SIZE) - 4));
      input = input.subarray(message.length);
      return BigInt(take(pointer, message));
    },
    wait: (slots) => slots,
  };
  for (const name of ["exit", "spawn", "join", "map", "mask", "grant", "pledge", "unveil", "checkpoint"])
    rumpk[name] = () => {
      throw new Error(`rumpk.${name} is not there in a unit test`);
    };

  const machine = {
    put_input: (pointer, length) => void (input = Buffer.concat([input, bytesAt(pointer, length)])),
    put_package: (pointer, length) => void (packageBytes = bytesAt(pointer, length)),
    take_output: (port, pointer, capacity) => {
      const slot = Number(SLOTS.get(BigInt(port)));
      const bytes = (outputs.get(slot) ?? Buffer.alloc(0)).subarray(0, capacity);
      outputs.delete(slot);
      return take(pointer, bytes);
    },
  };
  return { rumpk, machine, ...libraries(memory, bytesAt, take) };
}

/** libsodium and BLAKE3. A state holds the index of a byte list, so that it can be copied. */
function libraries(memory, bytesAt, take) {
  const states = [];
  const numberAt = (state) => new DataView(memory().buffer, memory().byteOffset).getUint32(state >>> 0, true);
  const begin = (state, key) => {
    new DataView(memory().buffer, memory().byteOffset).setUint32(state >>> 0, states.length, true);
    states.push({ key, parts: [] });
    return 0;
  };
  const update = (state, pointer, length) => {
    states[numberAt(state)].parts.push(bytesAt(pointer, length));
    return 0;
  };
  const end = (digest) => (state, out, length) => {
    const { key, parts } = states[numberAt(state)];
    take(out, digest(Buffer.concat(parts), key).subarray(0, length ?? 32));
    return 0;
  };
  const sha256 = end((bytes) => createHash("sha256").update(bytes).digest());
  const hmac = end((bytes, key) => createHmac("sha256", key).update(bytes).digest());
  return {
    libsodium: {
      crypto_hash_sha256_init: (state) => begin(state),
      crypto_hash_sha256_update: update,
      crypto_hash_sha256_final: (state, out) => sha256(state, out),
      crypto_auth_hmacsha256_init: (state, key, length) => begin(state, bytesAt(key, length)),
      crypto_auth_hmacsha256_update: update,
      crypto_auth_hmacsha256_final: (state, out) => hmac(state, out),
      crypto_sign_ed25519_verify_detached: (signature, message, length, key) => {
        const spki = Buffer.concat([ED25519_DER, bytesAt(key, 32)]);
        const publicKey = createPublicKey({ key: spki, format: "der", type: "spki" });
        return verify(null, bytesAt(message, length), publicKey, bytesAt(signature, 64)) ? 0 : -1;
      },
    },
    blake3: {
      blake3_hasher_init: (state) => void begin(state),
      blake3_hasher_update: (state, pointer, length) => void update(state, pointer, length),
      blake3_hasher_finalize: end((bytes) => Buffer.from(blake3(bytes))),
    },
  };
}
