/*
 * What the VFS needs from the kernel. Nothing here waits: messages are sent and received, or not. A class of its own,
 * so that tests can be the kernel.
 */

export abstract class Outside {
  /** A new channel to the server of `port`: its slot, or a negative errno when nobody serves it. */
  abstract connect(port: u32): i32;

  /** The port of the n-th file server, the path of its mount to `path`: a negative errno behind the last. */
  abstract mount(n: i32, path: usize): i32;

  /** Sends a message: a negative errno when the other side is gone, or has no room. */
  abstract send(slot: i32, message: usize, length: u32): i32;

  /** Receives a message into MESSAGE_MAX bytes: its length, or a negative errno; -EAGAIN when there is none. */
  abstract receive(slot: i32, buffer: usize): i32;

  /** Gives a slot back. */
  abstract drop(slot: i32): void;

  /** What the client on `slot` may do at a path: UNVEIL_... */
  abstract rights(slot: i32, path: usize, length: u32): i32;

  /** Reports that the client was refused because it lacks `promise`, which ends it; 0 for a hidden path. */
  abstract deny(slot: i32, promise: u32, path: usize, length: u32): void;
}
