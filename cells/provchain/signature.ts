/*
 * The key that seals the chain: Ed25519 by libsodium. It is made from a seed of random bytes, and never leaves this
 * cell's memory but as that seed in its checkpoint, which the kernel keeps.
 */

@external("libsodium", "crypto_sign_ed25519_seed_keypair")
declare function seedKeypair(publicKey: usize, secretKey: usize, seed: usize): i32;


@external("libsodium", "crypto_sign_ed25519_detached")
declare function signDetached(signature: usize, length: usize, message: usize, size: u64, secretKey: usize): i32;

/** Bytes of a seed, and of a secret key with its public one. */
export const SEED_SIZE: u32 = 32;
const SECRET_SIZE: i32 = 64;

const secret: usize = memory.data(SECRET_SIZE, 16);
/** Where the public key lies. */
export const publicKey: usize = memory.data(32, 16);

/** Makes the key of a seed. */
export function useSeed(seed: usize): void {
  seedKeypair(publicKey, secret, seed);
}

/** Signs `length` bytes at `message`: writes 64 bytes to `out`. */
export function sign(message: usize, length: u32, out: usize): void {
  signDetached(out, 0, message, length, secret);
}
