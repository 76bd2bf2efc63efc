/*
 * Cells of build/cells as 9P servers on standard input and output, without a kernel: node cell.mjs ramfs, or vfs with
 * ramfs behind it. Each cell runs in a thread; a channel is a MessagePort, and a waiting cell sleeps on a counter that
 * every sender to it increments. Besides messages a cell asks the kernel only for the time, and for its client's
 * rights, which are all.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isMainThread, MessageChannel, receiveMessageOnPort, Worker, workerData } from "node:worker_threads";
import { root } from "../../lib/paths.mjs";

const EAGAIN = -11n;
const ENOENT = -2n;
const ENOSYS = -38n;
/** Numbers of assembly/abi: calls, events, ports, unveil. */
const META = { CLOCK: 2, LOOKUP: 6, CONNECT: 8, UNVEIL_OF: 13, MOUNT: 21 };
const EVENT_CONNECTED = 1;
const PORT_RAMFS = 0x2002;
const UNVEIL_ALL = 15n;
/** Where the VFS finds ramfs, in as many bytes as a mount has. */
const MOUNT = "/tmp";
const MOUNT_SIZE = 32;
/** The slots of a cell here: its client, the port of its file server, and the channel to that. */
const CLIENT = 1;
const PORT = 2;
const SERVER = 3;

/** Posts a message to the holder of `counter`, and wakes it. */
function post(port, counter, message) {
  port.postMessage(message);
  Atomics.add(counter, 0, 1);
  Atomics.notify(counter, 0);
}

/** Runs a cell for ever; `slots` are its channels, `counter` is its own. */
function runCell({ name, slots, counter, counters }) {
  const waiting = new Map(Object.keys(slots).map((slot) => [Number(slot), []]));
  const memory = () => new Uint8Array(instance.exports.memory.buffer);
  let greeted = false;

  function collect() {
    for (const [slot, messages] of waiting)
      for (let got = receiveMessageOnPort(slots[slot]); got; got = receiveMessageOnPort(slots[slot]))
        messages.push(got.message);
  }

  function wait(set) {
    for (;;) {
      const seen = Atomics.load(counter, 0);
      collect();
      let ready = greeted ? 0n : 1n;
      for (const [slot, messages] of waiting) if (messages.length > 0) ready |= 1n << BigInt(slot);
      if ((ready & set) !== 0n) return ready & set;
      Atomics.wait(counter, 0, seen);
    }
  }

  /** The only event: the client, with all promises. */
  function event(pointer) {
    if (greeted) return EAGAIN;
    greeted = true;
    const view = new DataView(instance.exports.memory.buffer, pointer);
    view.setUint32(0, EVENT_CONNECTED, true);
    view.setUint32(4, CLIENT, true);
    view.setBigUint64(16, 0xffffn, true);
    return 32n;
  }

  function recv(slot, pointer) {
    if (slot === 0) return event(pointer >>> 0);
    const message = waiting.get(slot).shift();
    if (!message) return EAGAIN;
    memory().set(message, pointer >>> 0);
    return BigInt(message.length);
  }

  function send(slot, pointer, length) {
    post(slots[slot], counters[slot], memory().slice(pointer >>> 0, (pointer >>> 0) + length));
    return BigInt(length);
  }

  /** The one file server, mounted at /tmp. */
  function mount(n, pointer) {
    if (n !== 0) return ENOENT;
    memory().set(Buffer.from(MOUNT.padEnd(MOUNT_SIZE, "\0")), pointer);
    return BigInt(PORT_RAMFS);
  }

  function meta(op, a, b) {
    if (op === META.MOUNT) return mount(Number(a), Number(b));
    if (op === META.CLOCK) return BigInt(Date.now()) * 1000000n;
    if (op === META.LOOKUP) return slots[SERVER] && Number(a) === PORT_RAMFS ? BigInt(PORT) : ENOENT;
    if (op === META.CONNECT) return BigInt(SERVER);
    return op === META.UNVEIL_OF ? UNVEIL_ALL : ENOSYS;
  }

  const module = new WebAssembly.Module(readFileSync(join(root, `build/cells/${name}/${name}.wasm`)));
  const instance = new WebAssembly.Instance(module, {
    rumpk: { meta, send, recv, wait: (set) => wait(BigInt.asUintN(64, set)), mask: () => 0n, exit: () => {} },
  });
  instance.exports.cell_main();
}

const freshCounter = () => new Int32Array(new SharedArrayBuffer(4));

/** Starts a cell; its client uses the returned port. */
function start(name, clientCounter, behind) {
  const { port1, port2 } = new MessageChannel();
  const counter = freshCounter();
  const slots = { [CLIENT]: port2 };
  const counters = { [CLIENT]: clientCounter };
  if (behind) {
    const server = start(behind, counter);
    slots[SERVER] = server.port;
    counters[SERVER] = server.counter;
  }
  const data = { name, slots, counter, counters };
  new Worker(new URL(import.meta.url), { workerData: data, transferList: Object.values(slots) });
  return { port: port1, counter };
}

/** Connects a cell to a stream of messages, each with its size in front. */
function bridge(name) {
  const { port, counter } = start(name, freshCounter(), name === "vfs" ? "ramfs" : undefined);
  let held = Buffer.alloc(0);
  process.stdin.on("data", (part) => {
    held = Buffer.concat([held, part]);
    for (let size = held.length >= 4 ? held.readUInt32LE(0) : Infinity; held.length >= size;) {
      post(port, counter, Uint8Array.from(held.subarray(0, size)));
      held = held.subarray(size);
      size = held.length >= 4 ? held.readUInt32LE(0) : Infinity;
    }
  });
  process.stdin.on("end", () => process.exit(0));
  port.on("message", (message) => process.stdout.write(message));
}

if (isMainThread) bridge(process.argv[2]);
else runCell(workerData);
