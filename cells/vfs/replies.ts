/*
 * Answers to clients. One that is sent ends the client's request; a client that does not take its answers
 * is hung up on when it is next heard of.
 */

import { QID_DIRECTORY, QID_SIZE, RLERROR } from "rumpk/ninep/types";
import { Writer } from "rumpk/ninep/writer";
import { Client } from "./client";
import { MESSAGE_MAX } from "./limits";
import { Outside } from "./outside";

/** Is told when a client's request is finished. */
export abstract class Endings {
  abstract ended(client: Client, delivered: bool): void;
}

export class Replies {
  /** The answer under construction. */
  readonly answer: Writer = new Writer(heap.alloc(MESSAGE_MAX), MESSAGE_MAX);
  endings!: Endings;

  constructor(private readonly outside: Outside) {}

  /** Starts the answer to the client's request; the caller writes its fields into `answer`. */
  begin(client: Client): Writer {
    this.answer.capacity = client.messageSize == 0 ? MESSAGE_MAX : client.messageSize;
    this.answer.begin(client.type + 1, client.tag);
    return this.answer;
  }

  /** Sends the answer that was built. */
  end(client: Client): void {
    this.deliver(client, this.answer.base, this.answer.end());
  }

  /** Answers with an error, below 0. */
  fail(client: Client, error: i32): void {
    this.answer.begin(RLERROR, client.tag);
    this.answer.putU32(-error);
    this.end(client);
  }

  /** Forwards a server's answer with the client's tag. */
  pass(client: Client, message: usize): void {
    store<u16>(message, client.tag, 5);
    this.deliver(client, message, load<u32>(message));
  }

  private deliver(client: Client, message: usize, length: u32): void {
    const delivered = !client.dead && this.outside.send(client.slot, message, length) >= 0;
    this.endings.ended(client, delivered);
  }

  /** Appends the qid of a directory of the VFS itself. */
  putQid(number: i32): void {
    this.answer.putQid(QID_DIRECTORY, directoryNumber(number));
  }
}

/** Writes the qid of a directory of the VFS itself. */
export function storeQid(at: usize, number: i32): void {
  memory.fill(at, 0, QID_SIZE);
  store<u8>(at, QID_DIRECTORY);
  store<u64>(at, directoryNumber(number), 5);
}

/** The number of a directory of the VFS itself, which no file server gives to a file. */
function directoryNumber(number: i32): u64 {
  return 0xffffffffffff0000 + <u64>number;
}
