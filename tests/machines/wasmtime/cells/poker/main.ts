/*
 * Each argument is a request, NUMBER:PATH or NUMBER:PATH:TEXT (the text to write, or the path to rename to). Makes it
 * on the device "rumpk,hostdir" and prints the device's answer: a number, and for reads and listings the bytes, with a
 * dot for each that is not a letter, digit or sign.
 */
import { console } from "rumpk";
import { HOSTDIR_DATA, HOSTDIR_LIST, HOSTDIR_NAME, HOSTDIR_PATH, HOSTDIR_READ, HostdirRegisters } from "rumpk/abi";
import { load32, load8, mapDevice, store32, store64, store8 } from "rumpk/mmio";

const PART: u32 = 4096;

function put(window: i32, offset: u32, text: string): u32 {
  const bytes = Uint8Array.wrap(String.UTF8.encode(text));
  for (let at = 0; at < bytes.length; at++) store8(window, offset + at, bytes[at]);
  return bytes.length;
}

function ask(window: i32, request: u32, path: string, text: string): i32 {
  const written = put(window, HOSTDIR_DATA, text);
  store32(window, offsetof<HostdirRegisters>("folder"), 0);
  store32(window, offsetof<HostdirRegisters>("pathLength"), put(window, HOSTDIR_PATH, path));
  store32(window, offsetof<HostdirRegisters>("length"), request == HOSTDIR_READ ? PART : written);
  store64(window, offsetof<HostdirRegisters>("offset"), 0);
  store32(window, offsetof<HostdirRegisters>("request"), request);
  return load32(window, offsetof<HostdirRegisters>("result"));
}

function data(window: i32, length: i32): string {
  let text = "";
  for (let at = 0; at < length; at++) {
    const byte = load8(window, HOSTDIR_DATA + at);
    text += byte > 0x20 && byte < 0x7f ? String.fromCharCode(byte) : ".";
  }
  return text;
}

export function main(args: string[]): i32 {
  const window = mapDevice(0);
  if (window < 0) return 1;
  for (let i = 0; i < args.length; i++) {
    const words = args[i].split(":");
    const request = <u32>I32.parseInt(words[0]);
    const result = ask(window, request, words[1], words.length > 2 ? words[2] : "");
    const shows = request == HOSTDIR_READ || request == HOSTDIR_LIST || request == HOSTDIR_NAME;
    console.log(result.toString() + (shows && result > 0 ? " " + data(window, result) : ""));
  }
  return 0;
}
