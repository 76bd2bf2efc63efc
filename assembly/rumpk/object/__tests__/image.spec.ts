/*
 * Images: what the machine handed over is found by its whole name, and its arrays lie where abi/image.ts says.
 */
import { IMAGE_SIZE } from "../../../abi/image";
import {
  channelOf,
  deviceOf,
  imageAt,
  imageCount,
  imageFind,
  imageServes,
  imagesLoad,
  NO_IMAGE,
  portOf,
} from "../image";
import { IMAGES_AT, SCRATCH_AT } from "../../base/tables";
import { setImages } from "../../__tests__/machine";
import { FILES, MAIN, SERVER, STREAM, bootSystem } from "../../__tests__/system";

/** A name as manifests have it, in scratch memory. */
function named(name: string): usize {
  memory.fill(SCRATCH_AT, 0, 32);
  for (let i = 0; i < name.length; ++i) store<u8>(SCRATCH_AT + i, <u8>name.charCodeAt(i));
  return SCRATCH_AT;
}

beforeEach(() => {
  bootSystem();
});

describe("the images", () => {
  test("are as many as the machine gave, one KiB each", () => {
    expect<u32>(imageCount()).toBe(5);
    expect<usize>(changetype<usize>(imageAt(3))).toBe(IMAGES_AT + 3 * IMAGE_SIZE);
  });
  test("are found by the whole name", () => {
    expect<u32>(imageFind(named("server"))).toBe(SERVER);
    expect<u32>(imageFind(named("main"))).toBe(MAIN);
    expect<u32>(imageFind(named("mai"))).toBe(NO_IMAGE);
    expect<u32>(imageFind(named("mains"))).toBe(NO_IMAGE);
    expect<u32>(imageFind(named(""))).toBe(NO_IMAGE);
  });
  test("of a name of 32 bytes without a NUL", () => {
    const name = "abcdefghijklmnopqrstuvwxyz012345";
    memory.copy(changetype<usize>(imageAt(2)), named(name), 32);
    expect<u32>(imageFind(named(name))).toBe(2);
    expect<u32>(imageFind(named(name.substring(0, 31)))).toBe(NO_IMAGE);
  });
  test("beyond their number are not looked at, whatever lies there", () => {
    setImages(changetype<usize>(imageAt(0)), 2);
    expect<i32>(imagesLoad()).toBe(2);
    expect<u32>(imageFind(named("main"))).toBe(MAIN);
    expect<u32>(imageFind(named("crashy"))).toBe(NO_IMAGE);
  });
});

describe("a manifest", () => {
  test("has its arrays where abi/image.ts says", () => {
    const image = imageAt(1);
    const base = changetype<usize>(image);
    expect<usize>(changetype<usize>(portOf(image, 7))).toBe(base + 128 + 7 * 32);
    expect<usize>(changetype<usize>(channelOf(image, 15))).toBe(base + 384 + 15 * 16);
    expect<usize>(changetype<usize>(deviceOf(image, 3))).toBe(base + 640 + 3 * 96);
  });
  test("serves the ports that it names and no others", () => {
    const files = imageServes(imageAt(SERVER), FILES);
    expect(files).not.toBeNull();
    if (files) expect<u32>(files.inSize).toBe(128);
    expect(imageServes(imageAt(SERVER), STREAM)).not.toBeNull();
    expect(imageServes(imageAt(SERVER), 0)).toBeNull();
    expect(imageServes(imageAt(MAIN), FILES)).toBeNull();
  });
});
