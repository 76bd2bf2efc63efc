/*
 * The seven programs, written for speed: static arrays, and `unchecked` where the index is plainly in bounds, as C has
 * no checks either. The sum over an array keeps its checks, as most code does.
 */

/** The table of the CRC of IEEE 802.3, for one byte at a time. */
export function crcTable(): StaticArray<u32> {
  const table = new StaticArray<u32>(256);
  for (let i: u32 = 0; i < 256; i++) {
    let crc = i;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? 0xedb88320 ^ (crc >> 1) : crc >> 1;
    table[i] = crc;
  }
  return table;
}

export function crc32(table: StaticArray<u32>, data: StaticArray<u8>, length: i32): u32 {
  let crc: u32 = 0xffffffff;
  for (let i = 0; i < length; i++) crc = unchecked(table[(crc ^ data[i]) & 0xff]) ^ (crc >> 8);
  return ~crc;
}

/** Copies words, each increased by one. */
export function copy(to: StaticArray<u32>, from: StaticArray<u32>, length: i32): u32 {
  for (let i = 0; i < length; i++) unchecked((to[i] = from[i] + 1));
  return unchecked(to[length - 1]);
}

/** The product of two square matrices. */
export function matrixProduct(out: StaticArray<u32>, a: StaticArray<u32>, b: StaticArray<u32>, side: i32): u32 {
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      let sum: u32 = 0;
      for (let k = 0; k < side; k++) sum += unchecked(a[row * side + k] * b[k * side + column]);
      unchecked((out[row * side + column] = sum));
    }
  }
  return unchecked(out[side * side - 1]);
}

/** Counts the primes below `length` by Eratosthenes' sieve. */
export function sieve(flags: StaticArray<u8>, length: i32): u32 {
  let count: u32 = 0;
  flags.fill(1, 0, length);
  for (let i = 2; i < length; i++) {
    if (unchecked(flags[i]) == 0) continue;
    count++;
    for (let j = i + i; j < length; j += i) unchecked((flags[j] = 0));
  }
  return count;
}

export class Item {
  next: Item | null = null;

  constructor(public value: u32) {}
}

/** A list of `count` items with the values 0 to count - 1, the last value first. */
export function itemsOf(count: u32): Item {
  let first = new Item(0);
  for (let value: u32 = 1; value < count; value++) {
    const item = new Item(value);
    item.next = first;
    first = item;
  }
  return first;
}

export function sumOfList(first: Item): u32 {
  let sum: u32 = 0;
  for (let item: Item | null = first; item; item = item.next) sum += item.value;
  return sum;
}

export function sumOfArray(numbers: StaticArray<u32>): u32 {
  let sum: u32 = 0;
  for (let i = 0; i < numbers.length; i++) sum += numbers[i];
  return sum;
}

export function fibonacci(n: u32): u32 {
  return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2);
}
