/*
 * console.c: standard input and output as a serial line.
 *
 *   terminal      raw mode from console_open to console_close, but not while the process is stopped; a terminal that is
 *                 already raw is managed by another process, and left alone. Ctrl-A x ends the process, Ctrl-A
 *                 Ctrl-A is Ctrl-A
 *   anything else input is escaped and its end sent as assembly/abi/port.ts says, so that bytes 0 to 255 arrive;
 *                 output is unescaped, to standard output and standard error
 *
 * Neither side blocks: input is read when Linux reports some (by a signal or in console_sleep) and the previous input
 * was taken, so a slow reader holds back the writer; output is collected and written as Linux accepts it. When nothing
 * reads the output any more, the process ends with status 141, as with SIGPIPE.
 */
#include "console.h"

#include "interrupt.h"
#include "linux.h"
#include "machine.h"

enum { INPUT = 0, OUTPUT = 1, ERROR = 2 };
enum { INPUT_MAX = 4096, WIRE_MAX = 2 * INPUT_MAX + 2, OUTPUT_MAX = 4096 };
enum { STATUS_LEFT = 130, STATUS_OUTPUT_CLOSED = 141, STATUS_HANGUP = 129, STATUS_BROKEN = 255 };
enum { POLL_IN = 1, POLL_OUT = 4 };
enum { TERMINAL_GET = 0x5401, TERMINAL_SET = 0x5403, TERMINAL_SIZE = 0x5413 };
enum { FLAGS_GET = 3, FLAGS_SET = 4, OWNER_SET = 8, FLAG_ASYNC = 0x2000 };
enum { CTRL_A = 1 };
/* Modes of a terminal (Linux: asm-generic/termbits.h). */
enum { MODE_BREAK = 2, MODE_PARITY = 0x10, MODE_STRIP = 0x20, MODE_CR_TO_NL = 0x100, MODE_FLOW = 0x400 };
enum { MODE_SIGNALS = 1, MODE_LINES = 2, MODE_ECHO = 8, MODE_EXTENDED = 0x8000 };
enum { CONTROL_TIME = 5, CONTROL_MINIMUM = 6, CONTROLS = 19 };

struct terminal_mode {
  uint32_t input, output, control, local;
  uint8_t discipline, controls[CONTROLS];
};

struct terminal_size {
  uint16_t rows, columns, x, y;
};

struct poll {
  int32_t file;
  int16_t wanted, found;
};

static bool terminal;
/* We set the terminal's mode, and must restore it. */
static bool mode_ours;
static struct terminal_mode mode_before;
static long flags_before = -1;
static volatile bool input_expected = true;
static bool input_ended;
static bool escaped;
/* Input that waits for the driver, as on the wire. */
static uint8_t wire[WIRE_MAX];
static unsigned wire_at, wire_end;
/* Output that waits to be written, and the file that each byte is for. */
static uint8_t output[OUTPUT_MAX], output_file[OUTPUT_MAX];
static unsigned output_used;
/* The file that the driver writes to, and whether its previous byte was an escape. */
static uint8_t output_side = OUTPUT;
static bool output_escaped;

static void set_mode(const struct terminal_mode *mode) {
  linux_call(LINUX_IOCTL, INPUT, TERMINAL_SET, (long)mode, 0);
}

static void set_raw(void) {
  static struct terminal_mode raw;
  raw = mode_before;
  raw.input &= ~(uint32_t)(MODE_BREAK | MODE_PARITY | MODE_STRIP | MODE_CR_TO_NL | MODE_FLOW);
  raw.local &= ~(uint32_t)(MODE_SIGNALS | MODE_LINES | MODE_ECHO | MODE_EXTENDED);
  raw.controls[CONTROL_MINIMUM] = 1;
  raw.controls[CONTROL_TIME] = 0;
  set_mode(&raw);
}

void console_open(void) {
  terminal = linux_call(LINUX_IOCTL, INPUT, TERMINAL_GET, (long)&mode_before, 0) == 0;
  mode_ours = terminal && (mode_before.local & (MODE_LINES | MODE_ECHO));
  console_go_on();
}

void console_stop(void) {
  if (mode_ours) set_mode(&mode_before);
}

void console_go_on(void) {
  if (mode_ours) set_raw();
}

/* Earlier input is found without a signal, and so is input from a file, which sends none. */
void console_listen(void) {
  flags_before = linux_call(LINUX_FCNTL, INPUT, FLAGS_GET, 0, 0);
  if (flags_before < 0) return;
  linux_call(LINUX_FCNTL, INPUT, OWNER_SET, linux_call(LINUX_GETPID, 0, 0, 0, 0), 0);
  linux_call(LINUX_FCNTL, INPUT, FLAGS_SET, flags_before | FLAG_ASYNC, 0);
}

bool console_is_terminal(void) {
  return terminal;
}

bool console_size(unsigned *columns, unsigned *rows) {
  static struct terminal_size size;
  if (linux_call(LINUX_IOCTL, OUTPUT, TERMINAL_SIZE, (long)&size, 0) != 0) return false;
  *columns = size.columns;
  *rows = size.rows;
  return *columns && *rows;
}

void console_signalled(void) {
  input_expected = true;
}

static void put(uint8_t byte) {
  wire[wire_end++] = byte;
}

/* A key of the terminal. */
static void put_key(uint8_t byte) {
  if (escaped) {
    escaped = false;
    if (byte == 'x') board_leave(STATUS_LEFT);
    if (byte != CTRL_A) put(CTRL_A);
    put(byte);
  } else if (byte == CTRL_A) {
    escaped = true;
  } else {
    put(byte);
  }
}

static void put_piped(uint8_t byte) {
  if (byte == WIRE_ESCAPE || byte == WIRE_FILL) put(WIRE_ESCAPE);
  put(byte);
}

/* If a terminal ends, it was hung up. */
static void put_end(void) {
  if (terminal) board_leave(STATUS_HANGUP);
  input_ended = true;
  put(WIRE_ESCAPE);
  put(WIRE_END);
}

static bool is_ready(int file, int16_t wanted) {
  static struct poll poll;
  poll = (struct poll){file, wanted, 0};
  return linux_call(LINUX_POLL, (long)&poll, 1, 0, 0) > 0;
}

/* Reads input if there is any; the wire must be empty. */
static void read_input(void) {
  static uint8_t bytes[INPUT_MAX];
  input_expected = false;
  if (!is_ready(INPUT, POLL_IN)) return;
  input_expected = true;
  long count = linux_call(LINUX_READ, INPUT, (long)bytes, sizeof bytes, 0);
  if (count == LINUX_EINTR || count == LINUX_EAGAIN) return;
  wire_at = wire_end = 0;
  if (count <= 0) put_end();
  for (long i = 0; i < count; i++) {
    if (terminal) {
      put_key(bytes[i]);
    } else {
      put_piped(bytes[i]);
    }
  }
}

int console_receive(void) {
  if (wire_at == wire_end && input_expected && !input_ended) read_input();
  return wire_at < wire_end ? wire[wire_at++] : -1;
}

/* Writes once, the bytes for the first byte's file; false if it must be retried later. */
static bool write_some(void) {
  unsigned size = 1;
  while (size < output_used && output_file[size] == output_file[0]) size++;
  long count = linux_call(LINUX_WRITE, output_file[0], (long)output, size, 0);
  if (count == LINUX_EINTR) return true;
  if (count == LINUX_EAGAIN) return false;
  bool closed = count == LINUX_EPIPE || count == LINUX_ECONNRESET;
  if (count < 0) board_leave(closed ? STATUS_OUTPUT_CLOSED : STATUS_BROKEN);
  output_used -= (unsigned)count;
  memmove(output, output + count, output_used);
  memmove(output_file, output_file + count, output_used);
  return true;
}

void console_flush(void) {
  while (output_used && is_ready(output_file[0], POLL_OUT) && write_some()) continue;
}

bool console_can_send(void) {
  if (output_used == OUTPUT_MAX) console_flush();
  return output_used < OUTPUT_MAX;
}

/* True if the byte is part of an escape and not output. */
static bool is_command(uint8_t byte) {
  bool second = output_escaped;
  output_escaped = !terminal && !second && byte == WIRE_ESCAPE;
  if (second && byte == WIRE_OUTPUT) output_side = OUTPUT;
  if (second && byte == WIRE_ERROR) output_side = ERROR;
  return output_escaped || (second && (byte == WIRE_OUTPUT || byte == WIRE_ERROR));
}

void console_send(uint8_t byte) {
  if (is_command(byte)) return;
  output_file[output_used] = output_side;
  output[output_used++] = byte;
}

void console_sleep(int64_t nanoseconds) {
  static struct poll polls[2];
  static struct linux_time limit;
  bool wants_input = wire_at == wire_end && !input_ended;
  polls[0] = (struct poll){wants_input ? INPUT : -1, POLL_IN, 0};
  polls[1] = (struct poll){output_used ? output_file[0] : -1, POLL_OUT, 0};
  limit = (struct linux_time){nanoseconds / 1000000000, nanoseconds % 1000000000};
  linux_call6(LINUX_PPOLL, (long)polls, 2, nanoseconds == NEVER ? 0 : (long)&limit, 0, 0, 0);
  if (polls[0].found) input_expected = true;
}

void console_close(bool write) {
  static struct poll poll;
  while (write && output_used) {
    poll = (struct poll){output_file[0], POLL_OUT, 0};
    linux_call(LINUX_POLL, (long)&poll, 1, -1, 0);
    write_some();
  }
  if (flags_before >= 0) linux_call(LINUX_FCNTL, INPUT, FLAGS_SET, flags_before, 0);
  console_stop();
}
