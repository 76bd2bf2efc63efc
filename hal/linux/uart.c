/*
 * uart.c: a 16550 UART (National Semiconductor PC16550D data sheet), one register a byte. host/node/uart16550.ts is
 * the same chip on Node.
 *
 *   offset  read        write       with DLAB set
 *   0       RBR         THR         DLL
 *   1       IER         IER         DLM
 *   2       IIR         FCR
 *   3       LCR         LCR
 *   4       MCR         MCR
 *   5       LSR
 *   6       MSR
 *   7       SCR         SCR
 *
 * The line waits: input stays there until the driver asks for it and the FIFO has room, and the transmitter stays full
 * while nobody takes its bytes, so there are no line errors and nothing is lost. The FIFOs are on from the start. The
 * transmitter's interrupt is the latch of the data sheet: set when THR becomes empty or its interrupt is switched on
 * while it is empty, cleared by reading it from IIR or by writing THR.
 *
 * What was sent is handed to Linux when the driver turns to another register than data and line status, so a batch of
 * bytes is one system call.
 */
#include "uart.h"

#include "console.h"
#include "interrupt.h"

enum { DATA, INTERRUPT_ENABLE, INTERRUPT_ID, LINE_CONTROL, MODEM_CONTROL, LINE_STATUS, MODEM_STATUS, SCRATCH };
enum { FIFO_SIZE = 16 };
enum { ENABLE_RECEIVE = 1, ENABLE_TRANSMIT = 2, ENABLE_BITS = 0x0f };
enum { ID_NONE = 1, ID_TRANSMIT = 2, ID_RECEIVE = 4, ID_TIMEOUT = 0x0c, ID_FIFOS_ON = 0xc0 };
enum { FIFO_ENABLE = 1, FIFO_CLEAR_RECEIVE = 2, FIFO_CLEAR_TRANSMIT = 4, FIFO_TRIGGER_SHIFT = 6 };
enum { DIVISOR_ACCESS = 0x80, MODEM_LOOPBACK = 0x10, MODEM_BITS = 0x1f };
enum { MODEM_DTR = 1, MODEM_RTS = 2, MODEM_OUTPUTS = 0x0c };
enum { STATUS_RECEIVED = 1, STATUS_EMPTY = 0x20, STATUS_IDLE = 0x40 };
/* Carrier, data set ready, clear to send. */
enum { MODEM_CONNECTED = 0xb0 };

struct fifo {
  uint8_t bytes[FIFO_SIZE];
  unsigned count;
};

static struct fifo received, sending;
static bool latch, fifos_on = true;
static unsigned trigger = 1;
static uint8_t interrupt_enable, line_control, modem_control, scratch, divisor[2];

static unsigned size(void) {
  return fifos_on ? FIFO_SIZE : 1;
}

static bool loopback(void) {
  return modem_control & MODEM_LOOPBACK;
}

static void push(struct fifo *fifo, uint8_t byte) {
  if (fifo->count < size()) fifo->bytes[fifo->count++] = byte;
}

/* The oldest byte; 0 when there is none. */
static uint8_t pull(struct fifo *fifo) {
  if (fifo->count == 0) return 0;
  uint8_t byte = fifo->bytes[0];
  fifo->count--;
  for (unsigned i = 0; i < fifo->count; i++) fifo->bytes[i] = fifo->bytes[i + 1];
  return byte;
}

static void fill(void) {
  while (!loopback() && received.count < size()) {
    int byte = console_receive();
    if (byte < 0) return;
    push(&received, (uint8_t)byte);
  }
}

static uint8_t interrupt_id(void) {
  if ((interrupt_enable & ENABLE_RECEIVE) && received.count) {
    return !fifos_on || received.count >= trigger ? ID_RECEIVE : ID_TIMEOUT;
  }
  return (interrupt_enable & ENABLE_TRANSMIT) && latch ? ID_TRANSMIT : ID_NONE;
}

void uart_update(void) {
  if (sending.count) {
    while (sending.count && console_can_send()) console_send(pull(&sending));
    if (sending.count == 0) latch = true;
  }
  if (interrupt_enable & ENABLE_RECEIVE) fill();
  interrupt_level(UART_LINE, interrupt_id() != ID_NONE);
}

static uint8_t read_interrupt_id(void) {
  uint8_t id = interrupt_id();
  if (id == ID_TRANSMIT) latch = false;
  return id | (fifos_on ? ID_FIFOS_ON : 0);
}

static uint8_t read_line_status(void) {
  fill();
  return (received.count ? STATUS_RECEIVED : 0) | (sending.count ? 0 : STATUS_EMPTY | STATUS_IDLE);
}

static uint8_t read_modem_status(void) {
  if (!loopback()) return MODEM_CONNECTED;
  return (uint8_t)((modem_control & MODEM_DTR) << 5 | (modem_control & MODEM_RTS) << 3 |
                   (modem_control & MODEM_OUTPUTS) << 4);
}

static uint8_t read_register(unsigned offset) {
  bool latched = line_control & DIVISOR_ACCESS;
  switch (offset) {
    case DATA:
      return latched ? divisor[0] : pull(&received);
    case INTERRUPT_ENABLE:
      return latched ? divisor[1] : interrupt_enable;
    case INTERRUPT_ID:
      return read_interrupt_id();
    case LINE_CONTROL:
      return line_control;
    case MODEM_CONTROL:
      return modem_control;
    case LINE_STATUS:
      return read_line_status();
    case MODEM_STATUS:
      return read_modem_status();
    default:
      return scratch;
  }
}

static void write_data(uint8_t byte) {
  latch = loopback();
  push(loopback() ? &received : &sending, byte);
}

static void write_interrupt_enable(uint8_t value) {
  uint8_t switched_on = value & ~interrupt_enable;
  interrupt_enable = value & ENABLE_BITS;
  if ((switched_on & ENABLE_TRANSMIT) && sending.count == 0) latch = true;
}

static void write_fifo_control(uint8_t value) {
  static const uint8_t levels[] = {1, 4, 8, 14};
  bool on = value & FIFO_ENABLE;
  bool all = on != fifos_on;
  if (all || (value & FIFO_CLEAR_RECEIVE)) received.count = 0;
  if (sending.count && (all || (value & FIFO_CLEAR_TRANSMIT))) {
    sending.count = 0;
    latch = true;
  }
  fifos_on = on;
  trigger = levels[value >> FIFO_TRIGGER_SHIFT];
}

static void write_register(unsigned offset, uint8_t value) {
  bool latched = line_control & DIVISOR_ACCESS;
  if (latched && offset <= INTERRUPT_ENABLE) {
    divisor[offset] = value;
    return;
  }
  switch (offset) {
    case DATA:
      write_data(value);
      break;
    case INTERRUPT_ENABLE:
      write_interrupt_enable(value);
      break;
    case INTERRUPT_ID:
      write_fifo_control(value);
      break;
    case LINE_CONTROL:
      line_control = value;
      break;
    case MODEM_CONTROL:
      modem_control = value & MODEM_BITS;
      break;
    case SCRATCH:
      scratch = value;
      break;
  }
}

uint8_t uart_load(unsigned offset) {
  uint8_t value = read_register(offset);
  uart_update();
  return value;
}

void uart_store(unsigned offset, uint8_t value) {
  write_register(offset, value);
  uart_update();
  if (offset != DATA) console_flush();
}
