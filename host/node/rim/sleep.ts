/*
 * Node's event loop, as the machine's loop uses it: what runs next, at once or later, and a process that stays alive
 * when idle.
 */
import { MessageChannel } from "node:worker_threads";

export interface Sleeper {
  /** Runs `work` after the host's input and output of this turn of the event loop. */
  soon(work: () => void): void;
  /** Runs `work` after this many milliseconds, unless `soon` is called first. */
  after(milliseconds: number, work: () => void): void;
  /** Whether `soon` was called and its work has not started. */
  readonly isSoon: boolean;
  /** Cancels everything, and lets the process end. */
  close(): void;
}

/** A sleeper. It keeps the process alive from the first `soon` on. */
export function createSleeper(): Sleeper {
  const keepAlive = new MessageChannel().port1;
  let timer: NodeJS.Timeout | undefined;
  let immediate: NodeJS.Immediate | undefined;

  function cancel(): void {
    clearTimeout(timer);
    clearImmediate(immediate);
    timer = immediate = undefined;
  }

  function begin(work: () => void): void {
    cancel();
    work();
  }

  return {
    soon(work) {
      cancel();
      keepAlive.ref();
      immediate = setImmediate(begin, work);
    },
    after(milliseconds, work) {
      timer = setTimeout(begin, milliseconds, work);
    },
    get isSoon() {
      return immediate !== undefined;
    },
    close() {
      cancel();
      keepAlive.close();
    },
  };
}
