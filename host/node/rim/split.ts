/*
 * One wire to two streams: what the driver escaped (wire.ts) goes to standard output and standard error.
 */
import { Writable } from "node:stream";

import { createWireDecoder } from "../wire.js";

/**
 * The stream to write the driver's bytes to, where its output is piped. Each piece is written when the one before was
 * taken, so their order holds where both streams end in one place; the writer waits for both. It fails when one of
 * them does, and then stays watching, because their errors may come twice; its end does not end them.
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
