/*
 * console.h: the process's standard input and output as the two ends of a serial line. Interrupts masked in all of it,
 * but for console_signalled, console_stop and console_go_on.
 */
#pragma once
#include <stdbool.h>
#include <stdint.h>

/* Takes standard input: a terminal is set to raw mode. */
void console_open(void);
/* The process is about to stop: gives the terminal back; and it goes on: takes it again. */
void console_stop(void);
void console_go_on(void);
/* From now on Linux signals input; the handler must be there. */
void console_listen(void);
/* Standard input is a terminal. */
bool console_is_terminal(void);
/* The terminal's size; false where it is not known. */
bool console_size(unsigned *columns, unsigned *rows);
/* Linux has signalled that there may be input. */
void console_signalled(void);
/* The next byte of the line, -1 when none is there. */
int console_receive(void);
/* Another byte can be sent. */
bool console_can_send(void);
/* Sends a byte; there must be room. */
void console_send(uint8_t byte);
/* Hands what was sent to Linux, as far as that goes without waiting. */
void console_flush(void);
/* Waits until there is input, room for what was sent, or `nanoseconds` (NEVER: no limit) are over. */
void console_sleep(int64_t nanoseconds);
/* Gives the terminal back; with `write` what was sent is written first, however long that takes. */
void console_close(bool write);
