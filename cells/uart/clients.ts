/*
 * Who is connected, as sets of slots, one bit a slot. Output clients that are gone stay until their last message is
 * taken. Input has one owner, the client that connected first: all input, Ctrl-C included, goes to it alone until it
 * hangs up; then the next client is the owner. So connecting takes nothing away from anybody. Every client is told
 * first what the console is, and later when the input ends.
 */

import { PORT_CONSOLE_ERROR, PORT_CONSOLE_IN, PORT_CONSOLE_OUT, SLOTS } from "rumpk/abi";

export class Clients {
  /** Connected to the console's input, output and error output. */
  inputs: u64 = 0;
  outputs: u64 = 0;
  errors: u64 = 0;
  /** Of the last two, those that hung up. */
  gone: u64 = 0;
  /** Input clients that know what the console is, and those that know that the input has ended. */
  informed: u64 = 0;
  ended: u64 = 0;
  /** When each slot connected, as a count. */
  private readonly order: StaticArray<u32> = new StaticArray<u32>(<i32>SLOTS);
  private count: u32 = 0;
  /** The slot whose message came last. */
  private served: u64 = 0;

  /** A client connected to `port`. */
  connect(slot: i32, port: u32): void {
    const bit: u64 = 1 << (<u64>slot);
    this.forget(slot);
    this.order[slot] = ++this.count;
    if (port == PORT_CONSOLE_IN) this.inputs |= bit;
    if (port == PORT_CONSOLE_OUT) this.outputs |= bit;
    if (port == PORT_CONSOLE_ERROR) this.errors |= bit;
  }

  /** Removes a slot from all sets. */
  forget(slot: i32): void {
    const others = ~((<u64>1) << slot);
    this.inputs &= others;
    this.outputs &= others;
    this.errors &= others;
    this.gone &= others;
    this.informed &= others;
    this.ended &= others;
  }

  /**
   * The slot in `ready` whose message comes next: clients that are gone first, in the order of their connecting; else
   * in turn. -1 for none.
   */
  nextSender(ready: u64): i32 {
    const senders = ready & (this.outputs | this.errors);
    const gone = senders & this.gone;
    if (gone != 0) return this.firstOf(gone);
    if (senders == 0) return -1;
    const behind = senders & ~(((<u64>2) << this.served) - 1);
    this.served = ctz(behind != 0 ? behind : senders);
    return <i32>this.served;
  }

  /** The slot that input goes to, -1 when nobody listens. */
  get owner(): i32 {
    return this.firstOf(this.inputs);
  }

  /** The slot of `set` that connected first, -1 for the empty set. */
  private firstOf(set: u64): i32 {
    let best = -1;
    for (let left = set; left != 0; left &= left - 1) {
      const slot = <i32>ctz(left);
      if (best < 0 || this.order[slot] < this.order[best]) best = slot;
    }
    return best;
  }
}
