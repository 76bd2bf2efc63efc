/*
 * Text and bytes: whatever the bytes are, they come back, and well-formed UTF-8 is what it is everywhere.
 */
import { decodeText, encodeText, storeText, textLength } from "../text";

/** What becomes of bytes that are made a text and bytes again. */
function returned(bytes: u8[]): u8[] {
  const text = decodeText(bytes.dataStart, bytes.length);
  const back = Uint8Array.wrap(encodeText(text));
  const list: u8[] = [];
  for (let i = 0; i < back.length; i++) list.push(back[i]);
  assert(textLength(text) == list.length, "the length is known before");
  return list;
}

describe("text", () => {
  it("is what every decoder says, for well-formed UTF-8", () => {
    const text = "plain \u00e9\u07ff\u0800\uffff\ud800\udc00\udbff\udfff \u20ac";
    const bytes = String.UTF8.encode(text);
    expect(decodeText(changetype<usize>(bytes), bytes.byteLength)).toBe(text);
    const encoded = encodeText(text);
    expect(encoded.byteLength).toBe(bytes.byteLength);
    expect(memory.compare(changetype<usize>(encoded), changetype<usize>(bytes), bytes.byteLength)).toBe(0);
  });

  it("keeps what is not UTF-8, each in its own text", () => {
    const lists: u8[][] = [
      [0x78, 0xf0],
      [0x79, 0xe2, 0x82],
      [0xff, 0xfe, 0x80],
      [0xc0, 0x80],
      [0xe0, 0x9f, 0xbf],
      [0xed, 0xb2, 0x80],
      [0xf0, 0x8f, 0xbf, 0xbf],
      [0xf4, 0x90, 0x80, 0x80],
      [0xe2, 0x82, 0xe2, 0x82, 0xac],
      [0xf0, 0x9f, 0x98],
      [],
    ];
    const texts: string[] = [];
    for (let i = 0; i < lists.length; i++) {
      expect(returned(lists[i])).toStrictEqual(lists[i]);
      texts.push(decodeText(lists[i].dataStart, lists[i].length));
      expect(texts.indexOf(texts[i])).toBe(i);
    }
  });

  it("keeps noise", () => {
    let state: u32 = 2463534242;
    for (let round = 0; round < 2000; round++) {
      const bytes: u8[] = [];
      for (let i = 0; i < 24; i++) {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        // Half of them are such as start or continue long characters.
        bytes.push(<u8>(state & 0x100 ? 0x80 | (state & 0x7f) : state));
      }
      expect(returned(bytes)).toStrictEqual(bytes);
    }
  });

  it("makes U+FFFD of a surrogate that stands for nothing, and cuts where it is told", () => {
    const bytes = Uint8Array.wrap(encodeText("\ud83d"));
    expect(bytes.length).toBe(3);
    expect(bytes[0]).toBe(0xef);
    const room = new Uint8Array(8);
    expect(storeText("\u00e9\u00e9", 1, room.dataStart)).toBe(2);
    expect(room[2]).toBe(0);
  });
});
