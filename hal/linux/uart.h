/*
 * uart.h: a simulated 16550 on the console's line. Interrupts masked in all of it.
 */
#pragma once
#include <stdint.h>

enum { UART_PORT = 0x3f8, UART_PORTS = 8, UART_LINE = 4 };

/* Reads or writes register `offset`, 0 to 7. */
uint8_t uart_load(unsigned offset);
void uart_store(unsigned offset, uint8_t value);
/* The line may have input, or take output again. */
void uart_update(void);
