/*
 * The driver's two conversions, the wire to input and messages to the wire, and whose the input is.
 */
import { PORT_CONSOLE_ERROR, PORT_CONSOLE_IN, PORT_CONSOLE_OUT } from "rumpk/abi";
import { Clients } from "../clients";
import { InputDecoder } from "../input";
import { OutputQueue } from "../output";

function feed(decoder: InputDecoder, bytes: u8[]): void {
  for (let i = 0; i < bytes.length; i++) decoder.accept(bytes[i]);
}

function held(decoder: InputDecoder): string {
  let text = "";
  for (let i = 1; i <= decoder.length; i++) text += load<u8>(decoder.message + i).toString() + " ";
  return text;
}

function taken(queue: OutputQueue): string {
  let text = "";
  while (!queue.empty) text += queue.take().toString() + " ";
  return text;
}

function append(queue: OutputQueue, bytes: u8[], error: bool = false): void {
  queue.append(bytes.dataStart, bytes.length, error);
}

describe("input", () => {
  test("typed bytes are data, Ctrl-C is not and voids what was not read", () => {
    const decoder = new InputDecoder(true, 16);
    feed(decoder, [0x10, 0x04, 0x16, 0x41]);
    expect(held(decoder)).toBe("16 4 22 65 ");
    expect(decoder.interrupted).toBe(false);
    feed(decoder, [0x03, 0x42]);
    expect(held(decoder)).toBe("66 ");
    expect(decoder.interrupted).toBe(true);
    expect(decoder.ended).toBe(false);
  });

  test("piped bytes are unescaped, fill is dropped, nothing follows the end", () => {
    const decoder = new InputDecoder(false, 16);
    feed(decoder, [0x16, 0x16, 0x10, 0x10, 0x03, 0x10, 0x16, 0x41]);
    expect(held(decoder)).toBe("16 3 22 65 ");
    expect(decoder.interrupted).toBe(false);
    feed(decoder, [0x10, 0x04, 0x42]);
    expect(held(decoder)).toBe("16 3 22 65 ");
    expect(decoder.ended).toBe(true);
  });

  test("an escape may be cut between two reads", () => {
    const decoder = new InputDecoder(false, 16);
    feed(decoder, [0x10]);
    decoder.clear();
    feed(decoder, [0x10]);
    expect(held(decoder)).toBe("16 ");
  });

  test("what does not fit is told before", () => {
    const decoder = new InputDecoder(true, 4);
    feed(decoder, [1, 2]);
    expect(decoder.hasRoom).toBe(true);
    decoder.accept(4);
    expect(decoder.hasRoom).toBe(false);
    decoder.accept(5);
    expect(held(decoder)).toBe("1 2 4 ");
  });
});

describe("a message ends with its line, so that nobody holds a part of the next", () => {
  test("at a terminal", () => {
    const decoder = new InputDecoder(true, 16);
    feed(decoder, [0x61, 0x0d]);
    expect(decoder.hasRoom).toBe(false);
    feed(decoder, [0x62]);
    expect(held(decoder)).toBe("97 13 ");
    decoder.clear();
    feed(decoder, [0x62, 0x0a]);
    expect(decoder.hasRoom).toBe(false);
    expect(held(decoder)).toBe("98 10 ");
  });

  test("on a pipe, where a carriage return is a byte like others", () => {
    const decoder = new InputDecoder(false, 16);
    feed(decoder, [0x61, 0x0d]);
    expect(decoder.hasRoom).toBe(true);
    feed(decoder, [0x0a]);
    expect(decoder.hasRoom).toBe(false);
    expect(held(decoder)).toBe("97 13 10 ");
  });

  test("Ctrl-C voids the line that was not read, and makes room", () => {
    const decoder = new InputDecoder(true, 16);
    feed(decoder, [0x61, 0x0d, 0x03]);
    expect(decoder.interrupted).toBe(true);
    expect(decoder.hasRoom).toBe(true);
    feed(decoder, [0x62]);
    expect(held(decoder)).toBe("98 ");
  });
});

describe("input has one owner", () => {
  test("nobody takes it away by connecting", () => {
    const clients = new Clients();
    expect(clients.owner).toBe(-1);
    clients.connect(9, PORT_CONSOLE_OUT);
    clients.connect(8, PORT_CONSOLE_ERROR);
    expect(clients.owner).toBe(-1);
    clients.connect(7, PORT_CONSOLE_IN);
    clients.connect(3, PORT_CONSOLE_IN);
    clients.connect(12, PORT_CONSOLE_IN);
    expect(clients.owner).toBe(7);
  });

  test("it goes to the next in order when the owner hangs up, and to none other", () => {
    const clients = new Clients();
    clients.connect(7, PORT_CONSOLE_IN);
    clients.connect(12, PORT_CONSOLE_IN);
    clients.connect(3, PORT_CONSOLE_IN);
    clients.forget(12);
    expect(clients.owner).toBe(7);
    clients.connect(12, PORT_CONSOLE_IN);
    clients.forget(7);
    expect(clients.owner).toBe(3);
    clients.forget(3);
    expect(clients.owner).toBe(12);
    clients.forget(12);
    expect(clients.owner).toBe(-1);
  });

  test("of any order of comings and goings the owner is the one that is there the longest", () => {
    const clients = new Clients();
    const there: i32[] = [];
    let seed: u32 = 7;
    for (let step = 0; step < 5000; step++) {
      seed = seed * 1664525 + 1013904223;
      const slot = <i32>((seed >> 16) % 60) + 1;
      const at = there.indexOf(slot);
      if (at >= 0) {
        there.splice(at, 1);
        clients.forget(slot);
      } else if (there.length < 16) {
        there.push(slot);
        clients.connect(slot, PORT_CONSOLE_IN);
      }
      const owner = there.length > 0 ? there[0] : -1;
      if (clients.owner != owner) expect(step).toBe(-1, "the owner changed");
    }
    expect(there.length).toBeGreaterThan(0);
  });
});

describe("output", () => {
  test("a terminal gets a carriage return before each line feed, a pipe does not", () => {
    const terminal = new OutputQueue(true);
    append(terminal, [0x41, 0x0a, 0x0d, 0x0a]);
    expect(taken(terminal)).toBe("65 13 10 13 13 10 ");
    const pipe = new OutputQueue(false);
    append(pipe, [0x41, 0x0a, 0x00, 0xff]);
    expect(taken(pipe)).toBe("16 111 65 10 0 255 ");
  });

  test("a pipe is told which output follows, when it is another; a terminal is not", () => {
    const pipe = new OutputQueue(false);
    append(pipe, [1], true);
    expect(taken(pipe)).toBe("16 101 1 ");
    append(pipe, [2], true);
    expect(taken(pipe)).toBe("2 ");
    append(pipe, [3]);
    expect(taken(pipe)).toBe("16 111 3 ");
    append(pipe, [4]);
    expect(taken(pipe)).toBe("4 ");
    const terminal = new OutputQueue(true);
    append(terminal, [1], true);
    append(terminal, [0x10]);
    expect(taken(terminal)).toBe("1 16 ");
  });

  test("on a pipe the escape byte is doubled", () => {
    const pipe = new OutputQueue(false);
    append(pipe, [0x10, 0x65, 0x10, 0x10]);
    expect(taken(pipe)).toBe("16 111 16 16 101 16 16 16 16 ");
  });

  test("keeps order over many rounds of its buffer", () => {
    const queue = new OutputQueue(false);
    append(queue, []);
    taken(queue);
    let written: u8 = 0;
    let read: u8 = 0;
    for (let round = 0; round < 5000; round++) {
      const bytes: u8[] = [];
      for (let i = 0; i < (round % 13) + 1; i++) bytes.push(written++);
      append(queue, bytes);
      while (!queue.empty) {
        const byte = queue.take();
        if (byte == 0x10) queue.take();
        if (byte != read++) expect(round).toBe(-1, "order");
      }
    }
    expect(read).toBe(written);
  });

  test("the longest message fits, whatever is in it", () => {
    const queue = new OutputQueue(true);
    append(queue, new Array<u8>(1020).fill(0x0a));
    let bytes = 0;
    for (; !queue.empty; bytes++) expect(queue.take()).toBe(bytes % 2 == 0 ? 0x0d : 0x0a);
    expect(bytes).toBe(1020 * 2);
    const pipe = new OutputQueue(false);
    append(pipe, new Array<u8>(1020).fill(0x10), true);
    expect(pipe.take()).toBe(0x10);
    expect(pipe.take()).toBe(0x65);
    for (bytes = 0; !pipe.empty; bytes++) expect(pipe.take()).toBe(0x10);
    expect(bytes).toBe(1020 * 2);
  });
});
