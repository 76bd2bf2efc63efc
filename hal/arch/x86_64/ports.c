/*
 * ports.c: I/O ports for the windows of driver cells. hal/common checks the window's bounds.
 */
#include "arch.h"

arch_port_value arch_port_load(arch_port port, unsigned width) {
  if (width == 1) return port_read8(port);
  uint32_t value = 0;
  if (width == 2) {
    uint16_t word;
    __asm__ volatile("inw %1, %0" : "=a"(word) : "Nd"(port) : "memory");
    value = word;
  } else {
    __asm__ volatile("inl %1, %0" : "=a"(value) : "Nd"(port) : "memory");
  }
  return value;
}

void arch_port_store(arch_port port, unsigned width, arch_port_value value) {
  if (width == 1) {
    port_write8(port, (uint8_t)value);
  } else if (width == 2) {
    __asm__ volatile("outw %w0, %1" ::"a"(value), "Nd"(port) : "memory");
  } else {
    __asm__ volatile("outl %0, %1" ::"a"(value), "Nd"(port) : "memory");
  }
}
