/*
 * meta: what each operation answers, and that no argument is too wild for it.
 */
import {
  ABI_VERSION,
  CLOCK_MONOTONIC,
  CLOCK_REAL,
  COPY_TO_LENDER,
  LEND_READ,
  LOOKUP_CELLS,
  LOOKUP_DEVICE,
  LOOKUP_LEDGER,
  META_ARGS,
  META_CHANNEL,
  META_CLOCK,
  META_CONNECT,
  META_COPY,
  META_ENERGY,
  META_ENTROPY,
  META_INFO,
  META_KILL,
  META_LOOKUP,
  META_MOUNT,
  META_RING,
  META_SEAL_VERDICT,
  META_SELF,
  META_VERSION,
  NOWAIT,
  RING_RECV,
  RING_SEND,
} from "../../../abi/calls";
import {
  CAUSE_KILLED,
  CAUSE_MEMORY,
  CELL_BLOCKED,
  CELL_ENDED,
  CELL_FREE,
  CELL_READY,
  CellInfo,
} from "../../../abi/cell";
import { EACCES, EBADF, EFAULT, EINVAL, EMFILE, EMSGSIZE, ENOBUFS, ENOENT, ENOSYS, EPERM } from "../../../abi/errno";
import { CAP_NONE, CAP_PORT, RIGHTS_ALL, RIGHT_JOIN, RIGHT_KILL } from "../../../abi/rights";
import { arenaFree } from "../../base/arena";
import { endCell } from "../../life/blink";
import { endingsOf } from "../../life/endings";
import { slotAt } from "../../object/capability";
import { cellAt } from "../../run/cell";
import { energyOf } from "../../run/energy";
import { sys_map, sys_mask, sys_meta, sys_recv, sys_send, sys_spawn } from "../../kernel";
import { CELLS, SLOTS } from "../../base/limits";
import { putDevice, putPort } from "../../authority/slots";
import { SPEC, SPEC_SIZE, bootFamily, childIn, crash, newChild, peekWord, spawnNamed } from "../../__tests__/family";
import { hasCell, peek, setTime } from "../../__tests__/machine";
import {
  CLIENTS,
  FILES,
  HELPER_CELLS,
  HELPER_FILES,
  MAIN,
  MAIN_CELLS,
  MAIN_FILES,
  MAIN_STREAM,
  SERVER,
  STREAM_COUNT,
  bootAgain,
  pokeSpec,
  pokeText,
  prepareSystem,
  recordOf,
} from "../../__tests__/system";
import { IMAGE_MOUNTS, ImageRecord, PORT_MOUNTED } from "../../../abi/image";
import { PROMISE_RPATH, PROMISE_WPATH } from "../../../abi/promise";
import { MOUNTED_PORTS, MOUNT_SIZE } from "../../../abi/sizes";
import { portOf } from "../../object/image";

const END: u32 = 2 << 16;
const WILD: StaticArray<i64> = [-1, i64.MIN_VALUE, i64.MAX_VALUE, 0x1_0000_0001, 63, 64, 0xffffffff];

beforeEach(() => {
  bootFamily();
});

describe("oneself", () => {
  test("version, index and generation, clocks, energy", () => {
    expect<i64>(sys_meta(MAIN, META_VERSION, 0, 0, 0)).toBe(ABI_VERSION);
    expect<i64>(sys_meta(MAIN, META_SELF, 0, 0, 0)).toBe(MAIN | (1 << 16));
    crash(SERVER, CAUSE_MEMORY);
    expect<i64>(sys_meta(SERVER, META_SELF, 0, 0, 0)).toBe(SERVER | (2 << 16));
    setTime(5_000);
    expect<i64>(sys_meta(MAIN, META_CLOCK, CLOCK_MONOTONIC, 0, 0)).toBe(5_000);
    expect<i64>(sys_meta(MAIN, META_CLOCK, CLOCK_REAL, 0, 0)).toBe(1_000_005_000);
    expect<i64>(sys_meta(MAIN, META_CLOCK, 2, 0, 0)).toBe(EINVAL);
    energyOf(cellAt(MAIN)).spent = 12345;
    expect<i64>(sys_meta(MAIN, META_ENERGY, 0, 0, 0)).toBe(12345);
  });
  test("arguments, as long as they are, to where there is room", () => {
    pokeSpec(MAIN, SPEC, "child", 10, 0);
    pokeText(MAIN, SPEC + 512, "child\0one\0");
    const child = childIn(sys_spawn(MAIN, SPEC, SPEC_SIZE));
    expect<i64>(sys_meta(child, META_ARGS, 300, 10, 0)).toBe(10);
    expect<i32>(peek(child, 306)).toBe(0x6f);
    expect<i32>(peek(child, 309)).toBe(0);
    expect<i64>(sys_meta(child, META_ARGS, 300, 9, 0)).toBe(EMSGSIZE);
    expect<i64>(sys_meta(child, META_ARGS, END - 9, 10, 0)).toBe(EFAULT);
    expect<i64>(sys_meta(child, META_ARGS, -1, 10, 0)).toBe(EFAULT);
    expect<i64>(sys_meta(child, META_ARGS, 300, -1, 0)).toBe(EFAULT);
  });
  test("random bytes, up to 256, and not the same twice", () => {
    expect<i64>(sys_meta(MAIN, META_ENTROPY, 0, 256, 0)).toBe(256);
    expect<i64>(sys_meta(MAIN, META_ENTROPY, 256, 8, 0)).toBe(8);
    expect<u32>(peekWord(MAIN, 0)).not.toBe(peekWord(MAIN, 256));
    expect<i64>(sys_meta(MAIN, META_ENTROPY, 0, 257, 0)).toBe(EINVAL);
    expect<i64>(sys_meta(MAIN, META_ENTROPY, 0, -1, 0)).toBe(EINVAL);
    expect<i64>(sys_meta(MAIN, META_ENTROPY, END - 7, 8, 0)).toBe(EFAULT);
  });
});

describe("LOOKUP", () => {
  test("finds ports and all cells, and refuses what is neither", () => {
    expect<i64>(sys_meta(MAIN, META_LOOKUP, FILES, 0, 0)).toBe(MAIN_FILES);
    expect<i64>(sys_meta(MAIN, META_LOOKUP, LOOKUP_CELLS, 0, 0)).toBe(MAIN_CELLS);
    expect<i64>(sys_meta(SERVER, META_LOOKUP, LOOKUP_CELLS, 0, 0)).toBe(ENOENT);
    expect<i64>(sys_meta(MAIN, META_LOOKUP, LOOKUP_DEVICE, 0, 0)).toBe(ENOENT);
    expect<i64>(sys_meta(MAIN, META_LOOKUP, LOOKUP_DEVICE + 4, 0, 0)).toBe(ENOENT);
    expect<i64>(sys_meta(MAIN, META_LOOKUP, 0, 0, 0)).toBe(EINVAL);
    expect<i64>(sys_meta(MAIN, META_LOOKUP, LOOKUP_LEDGER, 0, 0)).toBe(ENOENT);
    expect<i64>(sys_meta(MAIN, META_LOOKUP, LOOKUP_LEDGER + 1, 0, 0)).toBe(EINVAL);
    expect<i64>(sys_meta(MAIN, META_LOOKUP, -1, 0, 0)).toBe(EINVAL);
  });
  test("does not find a channel that was dropped", () => {
    sys_mask(MAIN, MAIN_FILES, 0);
    expect<i64>(sys_meta(MAIN, META_LOOKUP, FILES, 0, 0)).toBe(ENOENT);
  });
});

describe("CHANNEL", () => {
  test("makes two ends in the caller, above the slots of its manifest", () => {
    const ends = sys_meta(MAIN, META_CHANNEL, 32, 8, 0);
    const first = (<u32>ends) & 0xff;
    const second = ((<u32>ends) >> 8) & 0xff;
    expect<i64>(ends >> 16).toBe(0);
    expect<u32>(first).toBeGreaterThan(MAIN_CELLS);
    expect<u32>(second).toBeGreaterThan(first);
    expect<i64>(sys_send(MAIN, first, 0, 28, 0)).toBe(28);
    expect<i64>(sys_recv(MAIN, second, 0, 28, 0)).toBe(28);
    expect<i64>(sys_meta(MAIN, META_RING, first, RING_SEND, 0)).toBe(32 | ((<i64>8) << 32));
  });
  test("refuses a geometry that is none, and rings that do not fit", () => {
    expect<i64>(sys_meta(MAIN, META_CHANNEL, 20, 8, 0)).toBe(EINVAL);
    expect<i64>(sys_meta(MAIN, META_CHANNEL, 32, 7, 0)).toBe(EINVAL);
    expect<i64>(sys_meta(MAIN, META_CHANNEL, 32 + ((<i64>1) << 32), 8, 0)).toBe(EINVAL);
    expect<i64>(sys_meta(MAIN, META_CHANNEL, 65536, 65536, 0)).toBe(ENOBUFS);
    for (let i = 0; i < WILD.length; ++i) {
      if (WILD[i] != 64) expect<i64>(sys_meta(MAIN, META_CHANNEL, WILD[i], WILD[i], 0)).toBe(EINVAL);
    }
  });
  test("with one slot free keeps neither end", () => {
    for (let slot: u32 = MAIN_CELLS + 1; slot < SLOTS - 1; ++slot) putPort(MAIN, slot, FILES, RIGHTS_ALL, 0);
    const free = arenaFree();
    expect<i64>(sys_meta(MAIN, META_CHANNEL, 32, 8, 0)).toBe(EMFILE);
    expect<u32>(arenaFree()).toBe(free);
    expect<u32>(slotAt(MAIN, SLOTS - 1).kind).toBe(0);
  });
});

describe("CONNECT", () => {
  test("opens a channel of its own each time, with the rights of the port", () => {
    const helper = newChild("helper");
    sys_mask(helper, HELPER_FILES, RIGHTS_ALL & ~RIGHT_KILL);
    for (let client: u32 = 1; client < CLIENTS; ++client) {
      const slot = sys_meta(helper, META_CONNECT, HELPER_FILES, 0, 0);
      expect<i64>(slot).toBeGreaterThan(HELPER_CELLS);
      expect<u32>(slotAt(helper, <u32>slot).rights).toBe(RIGHTS_ALL & ~RIGHT_KILL);
      expect<i64>(sys_send(helper, <u32>slot, 0, 1, NOWAIT)).toBe(1);
    }
    expect<i64>(sys_meta(helper, META_CONNECT, HELPER_FILES, 0, 0)).toBe(EMFILE);
  });
  test("needs a slot that holds a port, and a server", () => {
    expect<i64>(sys_meta(MAIN, META_CONNECT, MAIN_FILES, 0, 0)).toBe(EBADF);
    for (let i = 0; i < WILD.length; ++i) expect<i64>(sys_meta(MAIN, META_CONNECT, WILD[i], 0, 0)).toBe(EBADF);
    const helper = newChild("helper");
    endCell(SERVER, CAUSE_KILLED, 0, true);
    expect<i64>(sys_meta(helper, META_CONNECT, HELPER_FILES, 0, 0)).toBe(ENOENT);
  });
});

describe("RING", () => {
  test("tells the geometry of each direction, and 0 for a ring that is absent", () => {
    const count = (<i64>STREAM_COUNT) << 32;
    expect<i64>(sys_meta(MAIN, META_RING, MAIN_STREAM, RING_SEND, 0)).toBe(64 | count);
    expect<i64>(sys_meta(MAIN, META_RING, MAIN_STREAM, RING_RECV, 0)).toBe(0);
    expect<i64>(sys_meta(MAIN, META_RING, MAIN_FILES, RING_RECV, 0)).toBe(128 | count);
    expect<i64>(sys_meta(MAIN, META_RING, MAIN_FILES, 2, 0)).toBe(EINVAL);
    expect<i64>(sys_meta(MAIN, META_RING, MAIN_CELLS, RING_SEND, 0)).toBe(EBADF);
    for (let i = 0; i < WILD.length; ++i) expect<i64>(sys_meta(MAIN, META_RING, WILD[i], 0, 0)).toBe(EBADF);
  });
});

describe("RING of a device", () => {
  test("tells the length of its window", () => {
    putDevice(MAIN, 30, 0, RIGHTS_ALL, 0, 0x1000);
    expect<i64>(sys_meta(MAIN, META_RING, 30, 0, 0)).toBe(0x1000);
  });
});

describe("COPY", () => {
  test("takes its fields apart as they are written down", () => {
    sys_map(MAIN, MAIN_FILES, 0, 64, LEND_READ);
    const id = <u32>sys_map(MAIN, MAIN_FILES, 700, 4, LEND_READ);
    pokeText(MAIN, 700, "wxyz");
    const one = (<i64>1) << 32;
    const lend: i64 = 3 | (id << 8);
    expect<i64>(sys_meta(SERVER, META_COPY, lend, 2, one | 900)).toBe(1);
    expect<i32>(peek(SERVER, 900)).toBe(0x79);
    expect<i64>(sys_meta(SERVER, META_COPY, lend | COPY_TO_LENDER, 2, one | 900)).toBe(EACCES);
    expect<i64>(sys_meta(SERVER, META_COPY, lend | (COPY_TO_LENDER << 1), 2, one | 900)).toBe(EINVAL);
    expect<i64>(sys_meta(SERVER, META_COPY, lend, -1, one | 900)).toBe(EINVAL);
    expect<i64>(sys_meta(SERVER, META_COPY, lend, 2, i64.MIN_VALUE)).toBe(EINVAL);
    expect<i64>(sys_meta(SERVER, META_COPY, -1, 2, one)).toBe(EINVAL);
    expect<i64>(sys_meta(SERVER, META_COPY, 0xff, 2, one)).toBe(EBADF);
  });
});

describe("INFO", () => {
  test("tells of a child what there is to know", () => {
    const slot = spawnNamed("crashy");
    const child = childIn(slot);
    crash(child, CAUSE_MEMORY);
    energyOf(cellAt(child)).runtime = 777;
    expect<i64>(sys_meta(MAIN, META_INFO, slot, 0, 0)).toBe(offsetof<CellInfo>());
    expect<i32>(peek(MAIN, 0)).toBe(0x63);
    expect<u32>(peekWord(MAIN, <u32>offsetof<CellInfo>("cell"))).toBe(child);
    expect<u32>(peekWord(MAIN, <u32>offsetof<CellInfo>("generation"))).toBe(2);
    expect<u32>(peekWord(MAIN, <u32>offsetof<CellInfo>("state"))).toBe(CELL_READY);
    expect<u32>(peekWord(MAIN, <u32>offsetof<CellInfo>("pages"))).toBe(2);
    expect<u32>(peekWord(MAIN, <u32>offsetof<CellInfo>("faults"))).toBe(1);
    expect<u32>(peekWord(MAIN, <u32>offsetof<CellInfo>("cause"))).toBe(CAUSE_MEMORY);
    expect<u32>(peekWord(MAIN, <u32>offsetof<CellInfo>("runtime"))).toBe(777);
    expect<u32>(peekWord(MAIN, <u32>offsetof<CellInfo>("address"))).toBe(0x1234);
    expect<u32>(peekWord(MAIN, <u32>offsetof<CellInfo>("pc"))).toBe(0x5678);
    expect<u32>(peekWord(MAIN, <u32>offsetof<CellInfo>("parent"))).toBe(MAIN);
    expect<u32>(peekWord(MAIN, <u32>offsetof<CellInfo>("ram"))).toBe(1 << 26);
  });
  test("by all cells reaches every cell that is there, one's own too", () => {
    expect<i64>(sys_meta(MAIN, META_INFO, MAIN_CELLS, MAIN, 0)).toBe(offsetof<CellInfo>());
    expect<u32>(peekWord(MAIN, <u32>offsetof<CellInfo>("state"))).toBe(CELL_BLOCKED);
    expect<u32>(peekWord(MAIN, <u32>offsetof<CellInfo>("channels"))).toBe(2);
    expect<i64>(sys_meta(MAIN, META_INFO, MAIN_CELLS, 30, 0)).toBe(ENOENT);
    expect<i64>(sys_meta(MAIN, META_INFO, MAIN_CELLS, CELLS, 0)).toBe(EINVAL);
    expect<i64>(sys_meta(MAIN, META_INFO, MAIN_CELLS, -1, 0)).toBe(EINVAL);
  });
  test("needs the right, a slot that holds a cell, and memory to write to", () => {
    const slot = spawnNamed("child");
    expect<i64>(sys_meta(MAIN, META_INFO, slot, 0, END - <i64>offsetof<CellInfo>() + 1)).toBe(EFAULT);
    expect<i64>(sys_meta(MAIN, META_INFO, slot, 0, -1)).toBe(EFAULT);
    sys_mask(MAIN, <u32>slot, RIGHT_JOIN);
    expect<i64>(sys_meta(MAIN, META_INFO, slot, 0, 0)).toBe(EACCES);
    expect<i64>(sys_meta(MAIN, META_INFO, MAIN_FILES, SERVER, 0)).toBe(EBADF);
    for (let i = 0; i < WILD.length; ++i) expect<i64>(sys_meta(MAIN, META_INFO, WILD[i], 0, 0)).toBe(EBADF);
  });
});

describe("KILL", () => {
  test("by the slot that spawn answered is final, whatever the policy", () => {
    const slot = spawnNamed("helper");
    const child = childIn(slot);
    expect<i64>(sys_meta(MAIN, META_KILL, slot, 0, 0)).toBe(0);
    expect<u32>(cellAt(child).state).toBe(CELL_ENDED);
    expect<u32>(cellAt(child).cause).toBe(CAUSE_KILLED);
    expect<u32>(endingsOf(cellAt(child)).faults).toBe(0);
    expect(hasCell(child)).toBe(false);
    expect<i64>(sys_meta(MAIN, META_KILL, slot, 0, 0)).toBe(0);
  });
  test("by all cells ends the instance, and the policy decides", () => {
    const crashy = newChild("crashy");
    const child = newChild("child");
    expect<i64>(sys_meta(MAIN, META_KILL, MAIN_CELLS, crashy, 0)).toBe(0);
    expect<u32>(cellAt(crashy).state).toBe(CELL_READY);
    expect<u32>(cellAt(crashy).generation).toBe(2);
    expect<i64>(sys_meta(MAIN, META_KILL, MAIN_CELLS, child, 0)).toBe(0);
    expect<u32>(cellAt(child).state).toBe(CELL_ENDED);
  });
  test("needs the right; nobody kills itself or what is not there", () => {
    const slot = spawnNamed("child");
    const child = childIn(slot);
    sys_mask(MAIN, <u32>slot, RIGHTS_ALL & ~RIGHT_KILL);
    expect<i64>(sys_meta(MAIN, META_KILL, slot, 0, 0)).toBe(EACCES);
    expect<i64>(sys_meta(MAIN, META_KILL, MAIN_CELLS, MAIN, 0)).toBe(EINVAL);
    expect<i64>(sys_meta(MAIN, META_KILL, MAIN_CELLS, 30, 0)).toBe(ENOENT);
    expect<i64>(sys_meta(child, META_KILL, MAIN_CELLS, SERVER, 0)).toBe(EBADF);
    for (let i = 0; i < WILD.length; ++i) expect<i64>(sys_meta(MAIN, META_KILL, WILD[i], 0, 0)).toBe(EBADF);
    expect<u32>(cellAt(child).state).not.toBe(CELL_ENDED);
    expect<u32>(cellAt(30).state).toBe(CELL_FREE);
  });
});

describe("what is not known", () => {
  test("answers -ENOSYS", () => {
    expect<i64>(sys_meta(MAIN, META_MOUNT + 1, 0, 0, 0)).toBe(ENOSYS);
    expect<i64>(sys_meta(MAIN, -1, 0, 0, 0)).toBe(ENOSYS);
    expect<i64>(sys_meta(MAIN, i32.MIN_VALUE, 0, 0, 0)).toBe(ENOSYS);
  });
});

describe("mounts", () => {
  test("are told to the cell that mounts, which gets a slot for each port", () => {
    prepareSystem();
    const files = portOf(recordOf(SERVER), 1);
    files.flags |= PORT_MOUNTED;
    const path = changetype<usize>(recordOf(SERVER)) + offsetof<ImageRecord>("mount");
    store<u32>(path, 0x706d742f);
    recordOf(MAIN).flags |= IMAGE_MOUNTS;
    expect<i32>(bootAgain()).toBe(0);
    expect<i64>(sys_meta(MAIN, META_MOUNT, 0, 4096, 0)).toBe(FILES);
    for (let i: u32 = 0; i < MOUNT_SIZE; ++i) expect<i32>(peek(MAIN, 4096 + i)).toBe(i < 4 ? load<u8>(path + i) : 0);
    expect<i64>(sys_meta(MAIN, META_MOUNT, 1, 4096, 0)).toBe(ENOENT);
    expect<i64>(sys_meta(MAIN, META_MOUNT, -1, 4096, 0)).toBe(ENOENT);
    expect<i64>(sys_meta(MAIN, META_MOUNT, 0, 0xffff0000, 0)).toBe(EFAULT);
    const slot = MAIN_CELLS + 2;
    expect<u32>(slotAt(MAIN, slot).kind).toBe(CAP_PORT);
    expect<u32>(slotAt(MAIN, slot).object).toBe(FILES);
    expect<u32>(slotAt(MAIN, slot).needs).toBe(PROMISE_RPATH | PROMISE_WPATH, "mounting needs the port's promise too");
    expect<u32>(cellAt(MAIN).firstSlot).toBe(slot + MOUNTED_PORTS);
  });
  test("are nobody else's business, and no child's", () => {
    prepareSystem();
    portOf(recordOf(SERVER), 1).flags |= PORT_MOUNTED;
    recordOf(2).flags |= IMAGE_MOUNTS;
    expect<i32>(bootAgain()).toBe(0);
    expect<i64>(sys_meta(MAIN, META_MOUNT, 0, 4096, 0)).toBe(EPERM);
    const child = newChild("child");
    expect<i64>(sys_meta(child, META_MOUNT, 0, 4096, 0)).toBe(EPERM);
    for (let slot: u32 = 2; slot < SLOTS; ++slot) expect<u32>(slotAt(child, slot).kind).toBe(CAP_NONE);
  });
});
