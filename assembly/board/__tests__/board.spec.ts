/*
 * The device tree of the board, as the kernel's reader sees it: command line, memory, interrupt parent, and a node for
 * each existing device and nothing else.
 */
import { KERNEL_FDT, KERNEL_FDT_MAX, WINDOW_IO_PORTS } from "../../abi/systable";
import { commandLine, commandLineLength } from "../../rumpk/base/machine";
import { freshKernel } from "../../rumpk/__tests__/machine";
import { deviceAt, deviceCount } from "../../rumpk/object/device";
import { fdtRead } from "../../rumpk/object/fdt";
import * as board from "../board";

const RAM: u64 = 0x80000000;

/** Describes a board, and lets the kernel read the description. */
function describeTo(machine: u32, line: string, archive: u64): i32 {
  const length = <u32>line.length;
  const at = board.boardWords(length);
  for (let index: u32 = 0; index < length; index++) store<u8>(at + index, <u8>line.charCodeAt(index));
  const total = board.boardDescribe(machine, length, RAM, RAM, 0x40000000, archive);
  memory.copy(KERNEL_FDT, board.boardTree(), total);
  return total > 0 ? fdtRead(KERNEL_FDT, total) : -1;
}

/** "compatible base length line" for each device. */
function devices(): string[] {
  const lines: string[] = [];
  for (let index: u32 = 0; index < deviceCount(); index++) {
    const device = deviceAt(index);
    const name = String.UTF8.decodeUnsafe(device.names, 64, true);
    lines.push([name, device.base.toString(16), device.length.toString(16), device.line.toString()].join(" "));
  }
  return lines;
}

beforeEach(() => {
  freshKernel();
  board.hostdirOpen(0);
  board.blockOpen(0);
});

describe("the device tree", () => {
  it("names the command line, the serial line with its interrupt, and nothing that is not there", () => {
    expect(describeTo(board.MACHINE_NODE, "uart.console=pipe nipbox.x=1", 0)).toBe(0);
    expect(String.UTF8.decodeUnsafe(commandLine, commandLineLength)).toBe("uart.console=pipe nipbox.x=1");
    const found = devices();
    expect(found).toIncludeEqual("ns16550a 10000000 100 10");
    for (let index = 0; index < found.length; index++) {
      expect(found[index].startsWith("rumpk,tar")).toBe(false);
      expect(found[index].startsWith("rumpk,hostdir")).toBe(false);
      expect(found[index].startsWith("rumpk,block")).toBe(false);
    }
  });

  it("names boot archive, folders and disk", () => {
    board.hostdirOpen(2);
    board.blockOpen(1024);
    expect(describeTo(board.MACHINE_WASMTIME, "", 10240)).toBe(0);
    const found = devices();
    expect(found).toIncludeEqual("rumpk,tar 40000000 2800 -1");
    expect(found).toIncludeEqual("rumpk,hostdir 20000000 4000 -1");
    expect(found).toIncludeEqual("rumpk,block 30000000 2000 -1");
  });

  it("says on Linux that devices answer at ports", () => {
    expect(describeTo(board.MACHINE_LINUX, "", 0)).toBe(0);
    const ports = (0x10000000 | WINDOW_IO_PORTS).toString(16);
    expect(devices()).toIncludeEqual("ns16550a " + ports + " 100 10");
  });

  it("is not made when the command line is too long for it", () => {
    expect(board.boardWords(65537)).toBe(0);
    expect(board.boardWords(65536)).not.toBe(0);
    expect(board.boardDescribe(board.MACHINE_NODE, KERNEL_FDT_MAX, RAM, RAM, 0, 0)).toBe(0);
  });
});
