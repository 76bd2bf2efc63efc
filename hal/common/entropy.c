/*
 * entropy.c: random numbers from ChaCha20 (RFC 8439) with fast key erasure: every request first makes a new key, so
 * that earlier output cannot be computed from the memory later. The seed is the device tree's rng-seed; without one
 * only the clock is left, and docs/metal.md says what that means.
 *
 *   state of 16 words: 4 constants | 8 words of key | 2 words of block counter | 2 words of 0
 */
#include "entropy.h"

#include "arch.h"
#include "device-tree.h"
#include "kernel-module.h"

enum { KEY_WORDS = 8, BLOCK_WORDS = 16 };

static uint32_t key[KEY_WORDS];

static uint32_t rotate(uint32_t value, unsigned by) {
  return value << by | value >> (32 - by);
}

static void quarter(uint32_t *x, unsigned a, unsigned b, unsigned c, unsigned d) {
  x[a] += x[b], x[d] = rotate(x[d] ^ x[a], 16);
  x[c] += x[d], x[b] = rotate(x[b] ^ x[c], 12);
  x[a] += x[b], x[d] = rotate(x[d] ^ x[a], 8);
  x[c] += x[d], x[b] = rotate(x[b] ^ x[c], 7);
}

/* Block `counter` of the key stream. */
static void block(uint32_t *out, uint64_t counter) {
  uint32_t in[BLOCK_WORDS] = {0x61707865, 0x3320646e, 0x79622d32, 0x6b206574};
  memcpy(in + 4, key, sizeof(key));
  in[12] = (uint32_t)counter;
  in[13] = (uint32_t)(counter >> 32);
  memcpy(out, in, sizeof(in));
  for (unsigned round = 0; round < 10; round++) {
    for (unsigned i = 0; i < 4; i++) quarter(out, i, 4 + i, 8 + i, 12 + i);
    for (unsigned i = 0; i < 4; i++) quarter(out, i, 4 + (i + 1) % 4, 8 + (i + 2) % 4, 12 + (i + 3) % 4);
  }
  for (unsigned i = 0; i < BLOCK_WORDS; i++) out[i] += in[i];
}

void entropy_init(const void *fdt) {
  int length = 0;
  const uint8_t *seed = fdt_getprop(fdt, fdt_path_offset(fdt, "/chosen"), "rng-seed", &length);
  uint64_t now = arch_time_now();
  memcpy(key, &now, sizeof(now));
  for (int i = 0; seed && i < length; i++) ((uint8_t *)key)[i % (int)sizeof(key)] ^= seed[i];
}

void entropy_fill(void *to, size_t length) {
  uint32_t out[BLOCK_WORDS];
  uint8_t *target = to;
  block(out, 0);
  uint32_t next[KEY_WORDS];
  memcpy(next, out, sizeof(next));
  for (uint64_t counter = 1; length; counter++) {
    size_t part = length < sizeof(out) ? length : sizeof(out);
    block(out, counter);
    memcpy(target, out, part);
    target += part;
    length -= part;
  }
  memcpy(key, next, sizeof(key));
}

u32 w2c_hal_entropy(struct w2c_hal *hal, u32 at, u32 length) {
  (void)hal;
  uint8_t *to = kernel_range(at, length);
  if (!to) return (u32)EFAULT;
  entropy_fill(to, length);
  return 0;
}
