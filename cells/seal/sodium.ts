/*
 * What the cell uses of libsodium, with the types that C has for wasm32: pointers and size_t are usize, unsigned long
 * long is u64. The functions of SHA-256 always answer 0; a state may be copied.
 */

/** 0 when `signature` (64 bytes) over the message is that of `key` (32 bytes), else -1. */
@external("libsodium", "crypto_sign_ed25519_verify_detached")
export declare function ed25519Verify(signature: usize, message: usize, length: u64, key: usize): i32;


@external("libsodium", "crypto_hash_sha256_init")
export declare function sha256Init(state: usize): i32;


@external("libsodium", "crypto_hash_sha256_update")
export declare function sha256Update(state: usize, bytes: usize, length: u64): i32;


@external("libsodium", "crypto_hash_sha256_final")
export declare function sha256Final(state: usize, out: usize): i32;


@external("libsodium", "crypto_auth_hmacsha256_init")
export declare function hmacInit(state: usize, key: usize, length: usize): i32;


@external("libsodium", "crypto_auth_hmacsha256_update")
export declare function hmacUpdate(state: usize, bytes: usize, length: u64): i32;


@external("libsodium", "crypto_auth_hmacsha256_final")
export declare function hmacFinal(state: usize, out: usize): i32;

/** Bytes of a state of SHA-256 and of HMAC-SHA-256. */
export const SHA256_STATE: i32 = 104;
export const HMAC_STATE: i32 = 208;
