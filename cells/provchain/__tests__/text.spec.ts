/*
 * Events as lines of text (docs/ledger.md).
 */
import {
  AUDIT_CLAIM,
  AUDIT_EXIT,
  AUDIT_FAULT,
  AUDIT_NO_CELL,
  AUDIT_SPAWN,
  AuditEvent,
  CAUSE_MEMORY,
  LEDGER_RESUMED,
} from "rumpk/abi";
import { lineOf, lineStart } from "../text";

const event: AuditEvent = changetype<AuditEvent>(memory.data(64, 8));

function lineFor(kind: u32, cell: u32, cause: u64, data0: u64, data1: u64, data2: u64): string {
  event.id = 39;
  event.time = 40007579;
  event.kind = kind;
  event.cell = cell;
  event.cause = cause;
  event.entity = 0xced1eec02c037152;
  event.data0 = data0;
  event.data1 = data1;
  event.data2 = data2;
  const length = lineOf(event);
  return String.UTF8.decodeUnsafe(lineStart(), length);
}

describe("lines of events", () => {
  test("each word is shown as its kind has it", () => {
    expect(lineFor(AUDIT_FAULT, 3, 35, CAUSE_MEMORY, 0, 1)).toBe(
      "39 0.040007579 fault 3 ced1eec02c037152 35 cause=memory address=0x0 generation=1\n",
    );
    expect(lineFor(AUDIT_SPAWN, 3, 5, 2, 0x8000000000000001, 0x6873617263)).toBe(
      "39 0.040007579 spawn 3 ced1eec02c037152 5 parent=2 promises=0x8000000000000001 name=crash\n",
    );
    expect(lineFor(AUDIT_EXIT, 3, 35, <u64>-1, 0, 0)).toBe("39 0.040007579 exit 3 ced1eec02c037152 35 status=-1\n");
    expect(lineFor(AUDIT_CLAIM, 3, 35, 2, 7, 0xabc)).toBe(
      "39 0.040007579 claim 3 ced1eec02c037152 35 promise=0x2 client=7 id=0xabc\n",
    );
  });

  test("a dash stands for what there is not", () => {
    expect(lineFor(LEDGER_RESUMED, AUDIT_NO_CELL, 0, 1, 2, 3)).toBe(
      "39 0.040007579 resumed - ced1eec02c037152 - first=1 events=2 generation=3\n",
    );
  });

  test("a kind that is newer than this cell is shown raw", () => {
    expect(lineFor(9999, 1, 1, 1, 2, 0xff)).toBe(
      "39 0.040007579 unknown 1 ced1eec02c037152 1 data0=0x1 data1=0x2 data2=0xff\n",
    );
  });
});
