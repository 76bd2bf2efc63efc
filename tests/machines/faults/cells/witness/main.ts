/*
 * The service of the campaign as it should be.
 */
import { answerOf, AT_ANSWER, AT_QUESTION, makeTable, seal } from "./question";
import { serve } from "./service";

let table: StaticArray<u32> = makeTable();

export function main(args: string[]): i32 {
  serve((message: usize, slot: i32): bool => {
    store<u32>(message + AT_ANSWER, answerOf(table, load<u32>(message + AT_QUESTION)));
    seal(message);
    return true;
  });
  return 0;
}
