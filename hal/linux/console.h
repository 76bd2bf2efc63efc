/*
 * console.h: the process's standard input and output as the two directions of a serial line. All functions run with
 * interrupts masked, except console_signalled, console_stop and console_go_on.
 */
#pragma once
#include <stdbool.h>
#include <stdint.h>

/* Takes standard input: sets a terminal to raw mode. */
void console_open(void);
/* Before the process stops: gives the terminal back. After it continues: takes it again. */
void console_stop(void);
void console_go_on(void);
/* From now on Linux signals input; the handler must be installed. */
void console_listen(void);
/* Standard input is a terminal. */
bool console_is_terminal(void);
/* The terminal's size; false if it is unknown. */
bool console_size(unsigned *columns, unsigned *rows);
/* Linux has signalled that there may be input. */
void console_signalled(void);
/* The next byte of the line, or -1 when there is none. */
int console_receive(void);
/* Another byte can be sent. */
bool console_can_send(void);
/* Sends a byte; there must be room. */
void console_send(uint8_t byte);
/* Passes sent bytes to Linux, as many as possible without blocking. */
void console_flush(void);
/* Waits until there is input or room to send, or `nanoseconds` (NEVER: no limit) have passed. */
void console_sleep(int64_t nanoseconds);
/* Gives the terminal back; with `write`, first writes all sent bytes, however long that takes. */
void console_close(bool write);
