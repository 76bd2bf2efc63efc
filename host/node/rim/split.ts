/*
 * One wire to two streams: splits the driver's escaped output (wire.ts) into standard output and standard error.
 */
import { Writable } from "node:stream";

import { createWireDecoder } from "../wire.js";

/**
 * The stream for the driver's bytes when its output is piped. Each piece is written after the previous one was taken,
 * so the order holds even if both streams end in one place; the writer waits for both. It fails when one of them does,
 * and then keeps watching, because their errors may be reported twice; ending it does not end them.
 */
export function splitOutput(output: NodeJS.WritableStream, error: NodeJS.WritableStream): Writable {
  const decode = createWireDecoder();
  const fail = (reason: Error) => void split.destroy(reason);
  const split = new Writable({
    write(wire: Uint8Array, _encoding, done) {
      const pieces = decode(wire);
      const next = (failed?: Error | null): void => {
        const piece = pieces.shift();
        if (failed || !piece) return done(failed);
        const [side, bytes] = piece;
        (side === "error" ? error : output).write(bytes, next);
      };
      next();
    },
  });
  for (const stream of new Set([output, error])) {
    stream.on("error", fail);
    split.on("finish", () => stream.off("error", fail));
  }
  return split;
}
