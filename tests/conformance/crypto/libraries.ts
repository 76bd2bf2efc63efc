/*
 * The functions of libsodium and BLAKE3 under test, with C's types on wasm32: pointers and size_t are usize, unsigned
 * long long is u64. They return 0 for good, -1 for bad.
 */

@external("libsodium", "crypto_sign_ed25519_verify_detached")
export declare function ed25519Verify(signature: usize, message: usize, length: u64, key: usize): i32;


@external("libsodium", "crypto_sign_ed25519_seed_keypair")
export declare function ed25519Keys(key: usize, secret: usize, seed: usize): i32;


@external("libsodium", "crypto_sign_ed25519_detached")
export declare function ed25519Sign(signature: usize, size: usize, message: usize, length: u64, secret: usize): i32;


@external("libsodium", "crypto_hash_sha256_init")
export declare function sha256Init(state: usize): i32;


@external("libsodium", "crypto_hash_sha256_update")
export declare function sha256Update(state: usize, bytes: usize, length: u64): i32;


@external("libsodium", "crypto_hash_sha256_final")
export declare function sha256Final(state: usize, out: usize): i32;


@external("libsodium", "crypto_hash_sha512")
export declare function sha512(out: usize, bytes: usize, length: u64): i32;


@external("libsodium", "crypto_generichash_blake2b")
export declare function blake2b(out: usize, size: usize, bytes: usize, length: u64, key: usize, keyLength: usize): i32;


@external("libsodium", "crypto_shorthash_siphash24")
export declare function sodiumSiphash(out: usize, bytes: usize, length: u64, key: usize): i32;


@external("blake3", "blake3_hasher_init")
export declare function blake3Init(state: usize): void;


@external("blake3", "blake3_hasher_update")
export declare function blake3Update(state: usize, bytes: usize, length: usize): void;


@external("blake3", "blake3_hasher_finalize")
export declare function blake3Final(state: usize, out: usize, length: usize): void;

/** Bytes of crypto_hash_sha256_state and blake3_hasher in C. */
export const SHA256_STATE: i32 = 104;
export const BLAKE3_STATE: i32 = 1912;
