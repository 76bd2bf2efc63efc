/*
 * The queue of what has arrived: order, lines, and the bound of what is typed.
 */
import { ByteQueue, TYPED_MAX } from "../queue";

const PART: i32 = 28;

/** Types text as the console sends it: parts that end with their line. */
function typeInto(queue: ByteQueue, text: string): i32 {
  let bells = 0;
  const bytes = Uint8Array.wrap(String.UTF8.encode(text));
  for (let at = 0; at < bytes.length;) {
    let end = at;
    while (end < bytes.length && end - at < PART && (end == at || bytes[end - 1] != 0x0d)) end++;
    if (!queue.appendTyped(bytes.dataStart + at, end - at)) bells++;
    at = end;
  }
  return bells;
}

function textOf(queue: ByteQueue): string {
  const length = queue.length;
  const bytes = new Uint8Array(length);
  queue.take(bytes.dataStart, length);
  return String.UTF8.decode(bytes.buffer);
}

describe("the queue of input", () => {
  test("keeps order and lines, and takes bytes back in front", () => {
    const queue = new ByteQueue();
    const text = "one\ntwo\nthree".repeat(100);
    const bytes = String.UTF8.encode(text);
    queue.append(changetype<usize>(bytes), bytes.byteLength);
    expect(queue.lineLength).toBe(4);
    expect(queue.takeByte()).toBe(0x6f);
    queue.skip(3);
    expect(queue.lineLength).toBe(4);
    queue.putBack(changetype<usize>(bytes), 4);
    expect(textOf(queue)).toBe(text);
    expect(queue.takeByte()).toBe(-1);
  });

  test("holds whatever comes from a pipe", () => {
    const queue = new ByteQueue();
    const bytes = new Uint8Array(3 * TYPED_MAX);
    queue.append(bytes.dataStart, bytes.length);
    expect(queue.length).toBe(3 * TYPED_MAX);
  });

  test("drops whole lines of what is typed when it is full, with one bell each time that it fills", () => {
    const queue = new ByteQueue();
    const line = "echo " + "x".repeat(100) + "\r";
    const fits = TYPED_MAX / line.length;
    expect(typeInto(queue, line.repeat(fits))).toBe(0);
    expect(typeInto(queue, line)).toBe(1);
    expect(typeInto(queue, "short\r")).toBe(0);
    expect(textOf(queue)).toBe(line.repeat(fits) + "short\r");
    expect(typeInto(queue, "x".repeat(TYPED_MAX + 1))).toBe(1);
    expect(typeInto(queue, "more of the same")).toBe(0);
    expect(queue.length).toBe(0);
    expect(typeInto(queue, "its end\rnext\r")).toBe(0);
    expect(textOf(queue)).toBe("next\r");
  });

  test("begins again after Ctrl-C", () => {
    const queue = new ByteQueue();
    typeInto(queue, "x".repeat(TYPED_MAX + 1));
    queue.clear();
    expect(typeInto(queue, "new\r")).toBe(0);
    expect(textOf(queue)).toBe("new\r");
  });
});
