/*
 * The driver's work, in steps that never block: take events, take output of clients, write it, read input, deliver it.
 * Work that cannot be done now waits at the client (its ring fills and its send blocks) or in the chip (its FIFO fills
 * and the sender waits), so no byte is lost.
 *
 * Output keeps its order as far as one cell's doing is the cause of another's: a client writes to one of
 * its channels, or starts a cell, only when its messages have been taken (rumpk/console), and what a client
 * that is gone has left comes first, since a cell that waited for its end writes after it.
 *
 * After a restart the kernel connects all clients again, with what they had sent and not yet received, and
 * with the input that they had not yet read. Lost is what the former instance held itself: the rest of one
 * output message, and of input one message, which it only holds while its reader lags a whole ring behind.
 * Were the end of a piped input in that message, readers would meet no end.
 */

import {
  CONSOLE_END,
  CONSOLE_INTERRUPT,
  CONSOLE_MODE,
  CONSOLE_TERMINAL,
  EPIPE,
  EVENT_CONNECTED,
  EVENT_GONE,
  EVENT_INTERRUPT,
  Event,
  NEVER,
  NOWAIT,
} from "rumpk/abi";
import { MILLISECOND, now } from "rumpk/clock";
import { EVENTS, nextEvent } from "rumpk/events";
import { irqAck } from "rumpk/mmio";
import { mask, recv, send, wait } from "rumpk/raw";
import { Chip } from "./chip";
import { Clients } from "./clients";
import { InputDecoder } from "./input";
import { OutputQueue } from "./output";

/** Longest output message: the slots of ports 0x1001 and 0x1002, less their headers. */
const OUTPUT_MAX: i32 = 1020;
/** Longest input message: the slots of port 0x1000, less their headers. */
const INPUT_MAX: i32 = 28;
/** Slot 0, as a set. */
const EVENTS_SET: u64 = 1 << EVENTS;
/** While output is left, the driver checks the chip this often, in case an interrupt was lost. */
const SAFETY_NET: i64 = 20 * MILLISECOND;

export class Driver {
  private readonly clients: Clients = new Clients();
  private readonly output: OutputQueue;
  private readonly input: InputDecoder;
  private readonly event: Event = changetype<Event>(memory.data(32));
  private readonly message: usize = memory.data(1024);
  private readonly mode: usize = memory.data(8);
  /** An interrupt has fired and is not acknowledged yet. */
  private interrupt: bool = false;

  constructor(
    private readonly chip: Chip,
    private readonly window: i32,
    private readonly terminal: bool,
    columns: u16,
    rows: u16,
  ) {
    this.output = new OutputQueue(terminal);
    this.input = new InputDecoder(terminal, INPUT_MAX);
    store<u8>(this.mode, <u8>CONSOLE_MODE);
    store<u8>(this.mode, terminal ? <u8>CONSOLE_TERMINAL : 0, 1);
    store<u16>(this.mode, columns, 2);
    store<u16>(this.mode, rows, 4);
  }

  /** Serves the console for ever. */
  run(): void {
    this.chip.start();
    while (true) {
      this.takeEvents();
      this.writeChip();
      this.takeOutput();
      this.readChip();
      this.deliverInput();
      this.rest();
    }
  }

  private takeEvents(): void {
    const event = this.event;
    while (nextEvent(event)) {
      if (event.kind == EVENT_CONNECTED) this.clients.connect(event.slot, event.data);
      if (event.kind == EVENT_GONE) this.hangUp(event.slot);
      if (event.kind == EVENT_INTERRUPT) this.interrupt = true;
    }
  }

  private hangUp(slot: i32): void {
    const bit: u64 = 1 << (<u64>slot);
    if (((this.clients.outputs | this.clients.errors) & bit) != 0) this.clients.gone |= bit;
    else this.drop(slot);
  }

  private drop(slot: i32): void {
    this.clients.forget(slot);
    mask(slot, 0);
  }

  /**
   * Takes messages one by one, each written before the next is taken: what is not on the wire yet stays in
   * the clients' channels, which outlive this instance. One call tells of events and messages, so that a
   * client that ended is known to have ended before anything that was sent after its end.
   */
  private takeOutput(): void {
    while (this.output.empty) {
      const clients = this.clients;
      const ready = <u64>wait(clients.outputs | clients.errors | EVENTS_SET, 0);
      if ((ready & EVENTS_SET) != 0) {
        this.takeEvents();
        continue;
      }
      const slot = clients.nextSender(ready);
      if (slot < 0) return;
      // A message is waiting, so this does not block; it tells the kernel that the driver serves.
      const length = recv(slot, this.message, OUTPUT_MAX, 0);
      if (length == EPIPE) this.drop(slot);
      if (length > 0) this.output.append(this.message, <u32>length, ((clients.errors >> slot) & 1) != 0);
      this.writeChip();
    }
  }

  private writeChip(): void {
    while (!this.output.empty) {
      let room = this.chip.room();
      if (room == 0) return;
      while (room-- > 0 && !this.output.empty) this.chip.write(this.output.take());
    }
  }

  /** Reads what has arrived, as long as somebody takes it. */
  private readChip(): void {
    while (this.wantsInput()) {
      const byte = this.chip.read();
      if (byte < 0) return;
      this.input.accept(<u8>byte);
      if (!this.input.hasRoom) this.deliverInput();
    }
  }

  /** Input is held back in the chip when its owner lags behind. */
  private wantsInput(): bool {
    return !this.input.ended && this.input.hasRoom;
  }

  private deliverInput(): void {
    const clients = this.clients;
    for (let left = clients.inputs & ~clients.informed; left != 0; left &= left - 1) {
      const slot = <i32>ctz(left);
      if (send(slot, this.mode, 6, NOWAIT) > 0) clients.informed |= 1 << (<u64>slot);
    }
    if (this.input.interrupted && this.tell(clients.owner, CONSOLE_INTERRUPT)) this.input.interrupted = false;
    const owner = clients.owner;
    if (this.input.length > 0 && this.isInformed(owner)) {
      if (send(owner, this.input.message, this.input.length + 1, NOWAIT) > 0) this.input.clear();
    }
    if (this.input.ended && this.input.length == 0) this.deliverEnd();
  }

  private deliverEnd(): void {
    const clients = this.clients;
    for (let left = clients.informed & ~clients.ended; left != 0; left &= left - 1) {
      const slot = <i32>ctz(left);
      if (this.tell(slot, CONSOLE_END)) clients.ended |= 1 << (<u64>slot);
    }
  }

  private isInformed(slot: i32): bool {
    return slot >= 0 && ((this.clients.informed >> slot) & 1) != 0;
  }

  /** Sends a message that is only a type: true when it was sent. */
  private tell(slot: i32, type: u32): bool {
    if (!this.isInformed(slot)) return false;
    store<u8>(this.message, <u8>type);
    return send(slot, this.message, 1, NOWAIT) > 0;
  }

  /**
   * Waits for something to do. The line is silent while it is acknowledged, so that what happens from then
   * on raises it again, also where the interrupt controller only sees edges.
   */
  private rest(): void {
    const writing = !this.output.empty;
    if (this.interrupt) {
      this.interrupt = false;
      this.chip.enable(false, false);
      irqAck(this.window);
    }
    this.chip.enable(this.wantsInput(), writing);
    const senders = writing ? 0 : this.clients.outputs | this.clients.errors;
    const pending = writing || !this.chip.idle();
    wait(senders | EVENTS_SET, pending ? now() + SAFETY_NET : NEVER);
  }
}
