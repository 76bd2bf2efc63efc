/*
 * linux.h: the system calls of Linux on x86_64 that this machine uses, without a C library, and the few numbers and
 * layouts that belong to them (Linux: include/uapi). A call returns a result >= 0 or a negative errno of Linux, which
 * is not an errno of the kernel's ABI.
 *
 * Rule: the memory that a call reads or writes is static, never on a stack or in a window, because a page there may not
 * be mapped yet, and Linux returns -EFAULT instead of faulting it in.
 */
#pragma once
#include <stdint.h>

enum linux_call {
  LINUX_READ = 0,
  LINUX_WRITE = 1,
  LINUX_CLOSE = 3,
  LINUX_POLL = 7,
  LINUX_SEEK = 8,
  LINUX_MMAP = 9,
  LINUX_MPROTECT = 10,
  LINUX_SIGNAL_ACTION = 13,
  LINUX_SIGNAL_MASK = 14,
  LINUX_IOCTL = 16,
  LINUX_READ_AT = 17,
  LINUX_WRITE_AT = 18,
  LINUX_GETPID = 39,
  LINUX_FCNTL = 72,
  LINUX_SYNC = 74,
  LINUX_RESIZE = 77,
  LINUX_SIGNAL_STACK = 131,
  LINUX_LIST = 217,
  LINUX_TIMER_CREATE = 222,
  LINUX_TIMER_SET = 223,
  LINUX_CLOCK = 228,
  LINUX_EXIT = 231,
  LINUX_SIGNAL_THREAD = 234,
  LINUX_OPEN_AT = 257,
  LINUX_MAKE_DIRECTORY_AT = 258,
  LINUX_STATUS_AT = 262,
  LINUX_UNLINK_AT = 263,
  LINUX_RENAME_AT = 264,
  LINUX_PPOLL = 271,
  LINUX_TIMES_AT = 280,
  LINUX_RANDOM = 318,
};

enum { LINUX_EINTR = -4, LINUX_EAGAIN = -11, LINUX_EPIPE = -32, LINUX_ECONNRESET = -104 };
/* For the calls that end with AT: paths are relative to the working directory. */
enum { LINUX_HERE = -100 };
enum { PROTECT_NONE = 0, PROTECT_READ_WRITE = 3 };
enum {
  MMAP_PRIVATE = 2,
  MMAP_FIXED = 0x10,
  MMAP_ANONYMOUS = 0x20,
  MMAP_NO_RESERVE = 0x4000,
  MMAP_NO_REPLACE = 0x100000
};
enum { LINUX_REAL_TIME = 0, LINUX_MONOTONIC_TIME = 1 };

enum linux_signal {
  SIGNAL_HANGUP = 1,
  SIGNAL_INTERRUPT = 2,
  SIGNAL_QUIT = 3,
  SIGNAL_ILLEGAL = 4,
  SIGNAL_TRAP = 5,
  SIGNAL_BUS = 7,
  SIGNAL_FLOAT = 8,
  SIGNAL_SEGMENT = 11,
  SIGNAL_PIPE = 13,
  SIGNAL_ALARM = 14,
  SIGNAL_TERMINATE = 15,
  SIGNAL_CONTINUE = 18,
  SIGNAL_STOP = 19,
  SIGNAL_SUSPEND = 20,
  SIGNAL_INPUT = 29,
};

struct linux_time {
  int64_t seconds, nanoseconds;
};

static inline long linux_call6(enum linux_call number, long a, long b, long c, long d, long e, long f) {
  long result;
  register long r10 __asm__("r10") = d;
  register long r8 __asm__("r8") = e;
  register long r9 __asm__("r9") = f;
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"((long)number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                   : "rcx", "r11", "memory");
  return result;
}

static inline long linux_call(enum linux_call number, long a, long b, long c, long d) {
  return linux_call6(number, a, b, c, d, 0, 0);
}
