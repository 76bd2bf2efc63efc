/*
 * Arguments of boot cells: the words of the command line that begin with the cell's name and a dot, and no others.
 */
import { ARGS_MAX } from "../../../abi/spawn";
import { KERNEL_FDT, KERNEL_FDT_MAX } from "../../../abi/systable";
import { argumentsAt, argumentsFromCommandLine, argumentsOf } from "../arguments";
import { cellAt } from "../../run/cell";
import { fdtRead } from "../../object/fdt";
import { SCRATCH_AT } from "../../base/tables";
import { freshKernel } from "../../__tests__/machine";
import { beginNode, beginTree, endNode, endTree, stringProperty } from "../../__tests__/tree";

beforeEach(() => {
  freshKernel();
});

/** The arguments of cell `name` under this command line, each ended by "|" instead of a NUL. */
function argumentsFor(name: string, line: string): string {
  beginTree();
  beginNode("chosen");
  stringProperty("bootargs", line);
  endNode();
  endTree();
  expect<i32>(fdtRead(KERNEL_FDT, KERNEL_FDT_MAX)).toBe(0);
  const at = SCRATCH_AT + 0x1000;
  memory.fill(at, 0, 32);
  String.UTF8.encodeUnsafe(changetype<usize>(name), name.length, at);
  argumentsFromCommandLine(5, at);
  return String.UTF8.decodeUnsafe(argumentsAt(5), argumentsOf(cellAt(5)).length).replaceAll("\0", "|");
}

describe("arguments of a boot cell", () => {
  test("are its name and its own words", () => {
    expect(argumentsFor("uart", "uart.console=pipe quiet nipbox.script=/x uart.rows=24")).toBe(
      "uart|console=pipe|rows=24|",
    );
  });
  test("are its name alone when there is nothing for it", () => {
    expect(argumentsFor("uart", "")).toBe("uart|");
    expect(argumentsFor("uart", "uart uart. uartx.a=b xuart.a=b .a=b")).toBe("uart|");
  });
  test("survive blanks at both ends and between", () => {
    expect(argumentsFor("a", "  a.x   a.y ")).toBe("a|x|y|");
  });
  test("that do not fit are left out, the others stay", () => {
    const long = "a." + "x".repeat(ARGS_MAX);
    expect(argumentsFor("a", long + " a.y")).toBe("a|y|");
  });
});
