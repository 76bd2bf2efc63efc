/*
 * Runs a pipeline. Its programs are started from left to right, each with its ends of the channels that it needs under
 * the console's ports; built-in commands run in the shell when their turn comes, their output into memory.
 *
 *   console, file or  --asked for-->  program  --pipe-->  program  --pipe-->  file
 *   built-in's text       (feed.ts)                                 (sink.ts)
 *
 * Two programs are connected by a channel that only they hold, so the shell is not in the way. It serves the ends that
 * it does hold in turn, one message at a time, and blocks on none: it waits for all of them, for Ctrl-C and for the
 * programs to end at once. So data larger than a ring passes, and no circle of waiting cells can form.
 */

import { Channel, EVENTS, Grant, nextEvent, portSlot, stat } from "rumpk";
import { Event, NEVER, PORT_CONSOLE_IN, PORT_CONSOLE_OUT } from "rumpk/abi";
import { RIGHT_GRANT, RIGHT_MASK, RIGHT_RECV, RIGHT_SEND, RIGHT_TICK } from "rumpk/abi";
import { isPipe } from "rumpk/channel";
import { mask, wait } from "rumpk/raw";
import { isBuiltIn, runBuiltIn } from "./builtins";
import { Bytes } from "./bytes";
import { ConsoleFeed, FEED_COUNT, FEED_SLOT, FedInput, Feed, FileFeed, TextFeed, openFeed } from "./feed";
import { inputSet, interruptSet, listensTo } from "./input";
import { Job } from "./job";
import {
  CANNOT_START,
  FAILED,
  INTERRUPTED,
  OK,
  STOPPED,
  UNKNOWN,
  complain,
  isErrorScreen,
  isScreen,
  print,
  printInto,
} from "./output";
import { fromCurrent } from "./paths";
import { Program, programOf } from "./programs";
import { SINK_COUNT, SINK_SLOT, Sink, openSink } from "./sink";
import { Pipeline } from "./words";

/** Entry size of a pipe between two programs. */
const PIPE_SLOT: i32 = 2048;
/** Slots of a pipe. */
const PIPE_COUNT: i32 = 8;

/** Rights over the end of a pipe for a writer (which a shell passes on to its own programs) and for a reader. */
const WRITE: u32 = RIGHT_SEND | RIGHT_TICK | RIGHT_MASK | RIGHT_GRANT;
const READ: u32 = RIGHT_RECV | RIGHT_TICK | RIGHT_MASK;

/** Room for an event, which only wakes the shell; the shell checks the state itself. */
const event: usize = memory.data(32);

class Run {
  private readonly jobs: Job[] = [];
  private readonly inputs: FedInput[] = [];
  private sink: Sink | null = null;
  /** What the next command reads: the shell's copy of an end, with the rights for it. */
  private upstream: Grant | null = null;
  /** The last command: a program, or a built-in command with its status. */
  private last: Job | null = null;
  private status: i32 = OK;
  private interrupted: bool = false;

  /** Runs the pipeline; `before` is the status of the one before: its own status. */
  run(pipeline: Pipeline, before: i32): i32 {
    if (!this.open(pipeline)) return this.finish(FAILED);
    const commands = pipeline.commands;
    for (let i = 0; i < commands.length && !this.interrupted; i++) {
      const isLast = i == commands.length - 1;
      const program = programOf(commands[i]);
      const started =
        program !== null ? this.start(program, i == 0, isLast) : this.runHere(commands[i], isLast, before);
      if (started) continue;
      this.killAll();
      return this.finish(this.statusOfLast);
    }
    while (!this.ended && !this.interrupted) this.serve();
    return this.finish(this.statusOfLast);
  }

  /** Opens the files before anything runs. */
  private open(pipeline: Pipeline): bool {
    const input = pipeline.input;
    const output = pipeline.output;
    if (input !== null) {
      const feed = openFeed(input);
      if (feed === null || !this.feedNext(feed)) return false;
      if (output !== null && isSame(feed, output)) return false;
    }
    if (output !== null) this.sink = openSink(output, pipeline.appends);
    return output === null || this.sink !== null;
  }

  /** Starts a program between its input and its reader: false when that fails. */
  private start(program: Program, first: bool, last: bool): bool {
    if (first && this.upstream === null && !this.feedNext(new ConsoleFeed())) return false;
    const grants: Grant[] = [];
    const input = this.upstream;
    if (input !== null) grants.push(input);
    this.upstream = null;
    const output = this.outputFor(last);
    if (output !== null) grants.push(output);
    if (output === null && (!last || this.sink !== null)) {
      drop(grants);
      return this.noRoom();
    }
    const own = output === null ? ownOutput() : null;
    if (isErrorScreen()) program.tellScreen(output === null && own === null && isScreen());
    const job = new Job(program, own !== null ? grants.concat([own]) : grants);
    drop(grants);
    this.jobs.push(job);
    this.last = job;
    return job.started;
  }

  /** The end that a program writes to, null for the console, or when there is no room for a pipe. */
  private outputFor(last: bool): Grant | null {
    const sink = this.sink;
    if (last && sink === null) return null;
    const ends = last ? Channel.pair(SINK_SLOT, SINK_COUNT) : Channel.pair(PIPE_SLOT, PIPE_COUNT);
    if (ends[0].error < 0) return null;
    if (last && sink !== null) sink.listen(ends[1]);
    else this.upstream = new Grant(ends[1].slot, READ, PORT_CONSOLE_IN);
    return new Grant(ends[0].slot, WRITE, PORT_CONSOLE_OUT);
  }

  /** The next command reads from `feed`: false when there is no room for a channel. */
  private feedNext(feed: Feed): bool {
    const ends = Channel.pair(FEED_SLOT, FEED_COUNT);
    if (ends[0].error < 0) return this.noRoom();
    this.inputs.push(new FedInput(ends[0], feed));
    this.upstream = new Grant(ends[1].slot, READ | RIGHT_SEND, PORT_CONSOLE_IN);
    return true;
  }

  private noRoom(): bool {
    complain("nipbox: the kernel has no room for a pipe");
    this.last = null;
    this.status = CANNOT_START;
    return false;
  }

  /** Runs a built-in command. It reads nothing, so a program that writes to it finds no reader. */
  private runHere(words: string[], last: bool, before: i32): bool {
    this.dropUpstream();
    const sink = this.sink;
    const output = new Bytes();
    if (!last || sink !== null) printInto(output);
    this.status = runBuiltIn(words, before);
    this.last = null;
    printInto(null);
    this.interrupted = this.status == STOPPED;
    if (this.interrupted) this.killAll();
    else if (!last) return this.feedNext(new TextFeed(output));
    else if (sink !== null) sink.take(output);
    return true;
  }

  private get ended(): bool {
    for (let i = 0; i < this.jobs.length; i++) {
      if (!this.jobs[i].ended) return false;
    }
    return true;
  }

  private get statusOfLast(): i32 {
    const last = this.last;
    return last !== null ? last.status : this.status;
  }

  /** Waits until there is something to do, and does it. */
  private serve(): void {
    const sink = this.sink;
    const ready = wait(this.watched(), NEVER);
    if (ready & (1 << EVENTS)) this.look();
    if (listensTo(ready)) {
      this.interrupted = true;
      this.killAll();
      for (let i = 0; i < this.inputs.length; i++) this.inputs[i].interrupt();
      return;
    }
    for (let i = 0; i < this.inputs.length; i++) this.inputs[i].serve();
    if (sink !== null) sink.receive();
  }

  private watched(): i64 {
    const sink = this.sink;
    let slots = (1 << EVENTS) | interruptSet();
    for (let i = 0; i < this.inputs.length; i++) {
      slots |= bitOf(this.inputs[i].slot);
      if (this.inputs[i].wantsConsole) slots |= inputSet();
    }
    return sink !== null ? slots | bitOf(sink.slot) : slots;
  }

  /** Takes the events, and looks which programs have ended. */
  private look(): void {
    while (nextEvent(changetype<Event>(event))) {}
    for (let i = 0; i < this.jobs.length; i++) this.jobs[i].look();
  }

  private killAll(): void {
    for (let i = 0; i < this.jobs.length; i++) this.jobs[i].kill();
  }

  private dropUpstream(): void {
    const end = this.upstream;
    if (end !== null) mask(end.slot, 0);
    this.upstream = null;
  }

  /** An input was cut off, so the output is incomplete. */
  private get inputFailed(): bool {
    for (let i = 0; i < this.inputs.length; i++) {
      if (this.inputs[i].failed) return true;
    }
    return false;
  }

  /** Releases everything. Returns the status of the pipeline: `status`, unless something else failed. */
  private finish(status: i32): i32 {
    const sink = this.sink;
    this.dropUpstream();
    if (sink !== null) sink.finish();
    for (let i = 0; i < this.inputs.length; i++) this.inputs[i].close();
    for (let i = 0; i < this.jobs.length; i++) this.jobs[i].close();
    if (this.interrupted) {
      print("^C\n");
      return INTERRUPTED;
    }
    if (sink !== null && sink.failed) return FAILED;
    return status == OK && this.inputFailed ? FAILED : status;
  }
}

/** The pipe that the shell itself writes to; null for a console, to which each program connects by itself. */
function ownOutput(): Grant | null {
  const slot = portSlot(PORT_CONSOLE_OUT);
  return slot > 0 && isPipe(slot) ? new Grant(slot, WRITE, PORT_CONSOLE_OUT) : null;
}

/** Whether the output file at `path` is also the input file; prints an error if so. */
function isSame(feed: FileFeed, path: string): bool {
  const found = stat(fromCurrent(path));
  if (found === null || found.inode != feed.inode) return false;
  complain("nipbox: " + path + ": the file is input and output");
  return true;
}

/** Drops the shell's copies of ends; the program has its own. */
function drop(ends: Grant[]): void {
  for (let i = 0; i < ends.length; i++) mask(ends[i].slot, 0);
}

/** The set of one slot; none for a negative one. */
function bitOf(slot: i32): i64 {
  return slot < 0 ? 0 : 1 << (<i64>slot);
}

/** Runs a pipeline whose commands all exist; `before` is the status of the one before. Its status. */
export function runPipeline(pipeline: Pipeline, before: i32): i32 {
  for (let i = 0; i < pipeline.commands.length; i++) {
    const words = pipeline.commands[i];
    if (isBuiltIn(words[0]) || programOf(words) !== null) continue;
    complain("nipbox: unknown command: " + words[0] + " (try help)");
    return UNKNOWN;
  }
  return new Run().run(pipeline, before);
}
