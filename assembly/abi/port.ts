/*
 * Well-known ports, and the console's messages.
 *
 * Console in (server to client), one byte of type and then the data:
 *   CONSOLE_DATA bytes...          input, as typed or piped, bytes 0 to 255
 *   CONSOLE_END                    end of input; nothing follows
 *   CONSOLE_MODE flags columns rows    sent first to every client: flags bit 0 set on a terminal; u8 flags, u16
 *                                      columns, u16 rows
 *   CONSOLE_INTERRUPT              Ctrl-C on a terminal; what came before it and was not read is void
 * Input has one owner, the connected client that came first: nobody takes it away by connecting. A message ends with
 * its line, so a client that has read a line holds nothing of the next. Console out and console error (client to
 * server): plain bytes.
 *
 * A cell may find a pipe under a console port: one end of a channel with rings both ways, which a console's channel
 * does not have. It carries plain bytes, and its hang-up is the end of input. A reader with the right to send asks for
 * each message; otherwise messages come unasked. So the owner of the console passes input on to the cells that it runs,
 * the foreground, one message at a time, and keeps all input that they did not ask for:
 *   ask (empty)                    the next bytes, at most a line; of a terminal a line as edited
 *   ask CONSOLE_DATA               of a terminal the next bytes as typed, at most to the end of a line
 *   ask CONSOLE_MODE               what the console behind the pipe is: the answer is a CONSOLE_MODE message
 *
 * On the wire of a piped console (no terminal) input is escaped, so that the end can be told:
 *   0x10 0x10 is the byte 0x10, 0x10 0x16 the byte 0x16; 0x10 0x04 is the end of input; 0x16 is fill and ignored.
 * Output on that wire is escaped too, so that both ports stay apart:
 *   0x10 0x10 is the byte 0x10; what follows 0x10 0x65 is console error, and what follows 0x10 0x6f console out. A
 *   driver says so before its first byte and whenever the port changes; at first the wire carries console out.
 * A serial chip may lose a byte or two that come before its driver runs, so the sender begins with WIRE_FILL_COUNT
 * bytes of fill.
 */

/** Network, received frames. */
export const PORT_NET_RX: u32 = 0x0500;
/** Network, frames to send. */
export const PORT_NET_TX: u32 = 0x0501;
/** Libertaria wire frames, received. */
export const PORT_LWF_RX: u32 = 0x0600;
/** Libertaria wire frames, to send. */
export const PORT_LWF_TX: u32 = 0x0601;
/** Console input. */
export const PORT_CONSOLE_IN: u32 = 0x1000;
/** Console output. */
export const PORT_CONSOLE_OUT: u32 = 0x1001;
/** Console error output. */
export const PORT_CONSOLE_ERROR: u32 = 0x1002;
/** Files, by 9P2000.L: the mount table, which enforces promises and unveil. */
export const PORT_VFS: u32 = 0x2000;

/** Console in: input bytes follow. */
export const CONSOLE_DATA: u32 = 0;
/** Console in: end of input. */
export const CONSOLE_END: u32 = 1;
/** Console in: what the console is. */
export const CONSOLE_MODE: u32 = 2;
/** Console in: Ctrl-C. */
export const CONSOLE_INTERRUPT: u32 = 3;
/** CONSOLE_MODE: flag bit, a person sits at a terminal. */
export const CONSOLE_TERMINAL: u32 = 1;
/** Exit status of a cell whose output went into a pipe that nobody reads any more. */
export const STATUS_PIPE_CLOSED: i32 = 120;
/** Wire of a piped console: escape byte (DLE). */
export const WIRE_ESCAPE: u32 = 0x10;
/** Wire of a piped console: after the escape byte, end of input (EOT). */
export const WIRE_END: u32 = 0x04;
/** Wire of a piped console: after the escape byte, console error follows (e). */
export const WIRE_ERROR: u32 = 0x65;
/** Wire of a piped console: after the escape byte, console out follows (o). */
export const WIRE_OUTPUT: u32 = 0x6f;
/** Wire of a piped console: fill (SYN), ignored. */
export const WIRE_FILL: u32 = 0x16;
/** Wire of a piped console: bytes of fill in front of the input, where a chip may lose some. */
export const WIRE_FILL_COUNT: u32 = 32;
