/*
 * Images: the compiled manifests of the system's cells, as the machine handed them over at boot (layout in
 * abi/image.ts). They are read only and never change; the kernel trusts them because the build made and checked them.
 */
import {
  ChannelRecord,
  DeviceRecord,
  IMAGES_MAX,
  IMAGE_CHANNELS,
  IMAGE_DEVICES,
  IMAGE_PORTS,
  IMAGE_SIZE,
  ImageRecord,
  PORT_MOUNTED,
  PortRecord,
} from "../../abi/image";
import { CHECKED } from "../base/checked";
import { images } from "../base/hal";
import { IMAGES_AT } from "../base/tables";
import { NAME_SIZE } from "../base/limits";

/** No such image. */
export const NO_IMAGE: u32 = 0xffffffff;

let count: u32 = 0;

/** Reads the images from the machine. Returns how many there are, or a negative errno. */
export function imagesLoad(): i32 {
  const answer = images(IMAGES_AT);
  count = answer < 0 ? 0 : <u32>answer;
  assert(count <= IMAGES_MAX);
  return answer;
}

/** Images in the system. */
@inline
export function imageCount(): u32 {
  return count;
}


@inline
export function imageAt(index: u32): ImageRecord {
  if (CHECKED) assert(index < count, "an image's index");
  return changetype<ImageRecord>(IMAGES_AT + <usize>index * IMAGE_SIZE);
}


@inline
export function portOf(image: ImageRecord, index: u32): PortRecord {
  return changetype<PortRecord>(changetype<usize>(image) + IMAGE_PORTS + <usize>index * offsetof<PortRecord>());
}


@inline
export function channelOf(image: ImageRecord, index: u32): ChannelRecord {
  return changetype<ChannelRecord>(
    changetype<usize>(image) + IMAGE_CHANNELS + <usize>index * offsetof<ChannelRecord>(),
  );
}


@inline
export function deviceOf(image: ImageRecord, index: u32): DeviceRecord {
  return changetype<DeviceRecord>(changetype<usize>(image) + IMAGE_DEVICES + <usize>index * offsetof<DeviceRecord>());
}

/** The image with the NUL-padded name at `name`, or NO_IMAGE. */
export function imageFind(name: usize): u32 {
  for (let index: u32 = 0; index < count; ++index) {
    if (memory.compare(changetype<usize>(imageAt(index)), name, NAME_SIZE) == 0) return index;
  }
  return NO_IMAGE;
}

/** The n-th image with a port that is mounted, or NO_IMAGE. */
export function imageMounted(n: u32): u32 {
  for (let index: u32 = 0; index < count; ++index) {
    if (mountedPort(imageAt(index)) != 0 && n-- == 0) return index;
  }
  return NO_IMAGE;
}

/** The port of an image whose files are mounted, or 0. */
export function mountedPort(image: ImageRecord): u32 {
  for (let i: u32 = 0; i < image.ports; ++i) {
    const record = portOf(image, i);
    if ((record.flags & PORT_MOUNTED) != 0) return record.port;
  }
  return 0;
}

/** The record of `port` when the image serves it, else null. */
export function imageServes(image: ImageRecord, port: u32): PortRecord | null {
  for (let i: u32 = 0; i < image.ports; ++i) {
    const record = portOf(image, i);
    if (record.port == port) return record;
  }
  return null;
}

/** The promises of which a client of `port` needs one, as the manifest of its server says; 0 for none. */
export function promiseOf(port: u32): u8 {
  for (let index: u32 = 0; port != 0 && index < count; ++index) {
    const record = imageServes(imageAt(index), port);
    if (record) return <u8>record.needs;
  }
  return 0;
}
