/*
 * The SysTable as the kernel reads it: what it keeps, what it forgets, what it refuses.
 */
import { ABI_VERSION } from "../../../abi/calls";
import { EINVAL } from "../../../abi/errno";
import { KERNEL_BOOT_AREA, KERNEL_FDT, SYSTABLE_MAGIC, SYSTABLE_SIZE, SysTable } from "../../../abi/systable";
import { bootTime, deviceTree, machineRead, ramSize } from "../machine";
import { freshKernel } from "../../__tests__/machine";

function table(): SysTable {
  return changetype<SysTable>(KERNEL_BOOT_AREA);
}

beforeEach(() => {
  freshKernel();
  table().magic = SYSTABLE_MAGIC;
  table().version = <u16>ABI_VERSION;
  table().ramSize = 0x1_2345_6789;
  table().bootNs = 1_700_000_000_000_000_000;
  table().fdt = KERNEL_FDT;
  table().seed0 = 0xaaaa;
  table().seed1 = 0xbbbb;
});

describe("the SysTable", () => {
  test("gives memory, time and device tree", () => {
    expect<i32>(machineRead(KERNEL_BOOT_AREA)).toBe(0);
    expect<u64>(ramSize).toBe(0x1_2345_6789);
    expect<u64>(bootTime).toBe(1_700_000_000_000_000_000);
    expect<usize>(deviceTree).toBe(KERNEL_FDT);
  });
  test("loses its seeds once it is read, and nothing else", () => {
    machineRead(KERNEL_BOOT_AREA);
    expect<u64>(table().seed0 | table().seed1).toBe(0);
    expect<u64>(table().fdt).toBe(KERNEL_FDT);
    expect<u32>(table().magic).toBe(SYSTABLE_MAGIC);
  });
  test("of another magic or version is refused, seeds and all", () => {
    table().version = <u16>(ABI_VERSION + 1);
    expect<i32>(machineRead(KERNEL_BOOT_AREA)).toBe(EINVAL);
    table().version = <u16>ABI_VERSION;
    table().magic = bswap<u32>(SYSTABLE_MAGIC);
    expect<i32>(machineRead(KERNEL_BOOT_AREA)).toBe(EINVAL);
    expect<u64>(table().seed0).toBe(0xaaaa);
  });
  test("has the size that the machines agree on", () => {
    expect<u32>(<u32>offsetof<SysTable>()).toBe(SYSTABLE_SIZE);
  });
});
