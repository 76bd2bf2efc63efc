/*
 * The rim of the simulated board for unit tests: the module "host" of assembly/board/host.ts in plain JavaScript, and a
 * module `rim` with which a test plays the host. A disk is an array of bytes; folders return what the test has set, and
 * record their requests.
 */

/** Makes the imports; `attach` gives them the instance once it exists. */
export function unitRim() {
  let exports;
  const input = [];
  const sent = [];
  let [ready, wakes, refused] = [1, 0, -1];
  let [disk, flushes] = [new Uint8Array(0), 0];
  let [kind, answer, asked] = [0, 0, []];
  const bytes = () => new Uint8Array(exports.memory.buffer);

  const host = {
    receive: () => input.shift() ?? -1,
    can_transmit: () => ready,
    transmit: (byte) => void sent.push(byte),
    wake: () => void wakes++,
    refuse: (offset) => void (refused = offset >>> 0),
    archive_load: (offset, width) => (0x04030201 + offset) & (2 ** (8 * width) - 1),
    block_read(at, to, length) {
      bytes().set(disk.subarray(Number(at), Number(at) + length), to);
      return 0;
    },
    block_write(at, from, length) {
      disk.set(bytes().subarray(from, from + length), Number(at));
      return 0;
    },
    block_flush: () => (flushes++, 0),
    folder_status(folder, path, length, out) {
      if (kind < 0) return kind;
      const view = new DataView(exports.memory.buffer, out, 32);
      [0, 4].forEach((at) => view.setUint32(at, at ? 0 : kind, true));
      [8, 16, 24].forEach((at) => view.setBigUint64(at, BigInt(at) + (1n << 40n), true));
      return 0;
    },
    folder_request(request, folder, path, pathLength, offset, data, length) {
      asked = [request, folder, pathLength, Number(offset), length];
      return answer;
    },
  };

  /** The operations of assembly/board/__tests__/rim.ts, by number. */
  const list = [
    (byte) => input.push(byte),
    () => input.length,
    (value) => (ready = value),
    () => sent.length,
    () => sent.shift() ?? -1,
    () => wakes,
    () => {
      const offset = refused;
      refused = -1;
      return offset;
    },
    (length) => {
      disk = Uint8Array.from({ length }, (_, index) => (index * 7 + (index >> 8)) & 255);
      return 0;
    },
    (at) => disk[at] ?? -1,
    () => flushes,
    (value) => (kind = value),
    (value) => (answer = value),
    (index) => asked[index] ?? -1,
    () => (asked = []).length,
  ];
  const rim = { play: (what, value) => list[what](value) };

  return { imports: { host, rim }, attach: (instance) => void (exports = instance.exports) };
}
