/*
 * The word of the command line that makes a checked kernel switch at every call, and what it does to a running cell.
 */
import { KERNEL_FDT, KERNEL_FDT_MAX } from "../../../abi/systable";
import { fdtRead } from "../../object/fdt";
import { switchAfterCall } from "../scheduler";
import { switching, switchingRead } from "../switching";
import { armedDeadline, freshKernel } from "../../__tests__/machine";
import { beginNode, beginTree, endNode, endTree, stringProperty } from "../../__tests__/tree";

beforeEach(() => {
  freshKernel();
});

function switchesWith(line: string): bool {
  beginTree();
  beginNode("chosen");
  stringProperty("bootargs", line);
  endNode();
  endTree();
  expect<i32>(fdtRead(KERNEL_FDT, KERNEL_FDT_MAX)).toBe(0);
  switchingRead();
  return switching;
}

describe("kernel.switch=calls", () => {
  test("is a word of its own", () => {
    expect(switchesWith("kernel.switch=calls")).toBe(true);
    expect(switchesWith("uart.rows=24 kernel.switch=calls nipbox.script=/x")).toBe(true);
    expect(switchesWith("")).toBe(false);
    expect(switchesWith("kernel.switch=call kernel.switch=callsx xkernel.switch=calls")).toBe(false);
  });

  test("ends the run with the call, and nothing does without it", () => {
    switchesWith("");
    const before = armedDeadline();
    switchAfterCall();
    expect<i64>(armedDeadline()).toBe(before);
    switchesWith("kernel.switch=calls");
    switchAfterCall();
    expect<i64>(armedDeadline()).toBe(0);
    switchesWith("");
  });
});
