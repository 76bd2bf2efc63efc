/*
 * disk.c: a Linux file for the device "rumpk,block" (assembly/board/block.ts), which has checked the request.
 */
#include "files.h"
#include "linux.h"
#include "machine.h"
#include "simulated.h"

enum { OPEN_READ_WRITE = 2, OPEN_CLOSE_ON_EXEC = 0x80000, SEEK_TO_END = 2 };

static long file;

int64_t disk_open(const char *path) {
  file = linux_call(LINUX_OPEN_AT, LINUX_HERE, (long)path, OPEN_READ_WRITE | OPEN_CLOSE_ON_EXEC, 0);
  return file < 0 ? file : linux_call(LINUX_SEEK, file, 0, SEEK_TO_END, 0);
}

static u32 move(enum linux_call call, u64 at, u32 bytes, u32 length) {
  long done;
  do {
    done = linux_call(call, file, (long)simulated_memory(bytes), length, (long)at);
  } while (done == LINUX_EINTR);
  if (done < 0) return (u32)files_answer(done);
  return done == (long)length ? 0 : (u32)EIO;
}

u32 w2c_host_block_read(struct w2c_host *host, u64 at, u32 bytes, u32 length) {
  (void)host;
  return move(LINUX_READ_AT, at, bytes, length);
}

u32 w2c_host_block_write(struct w2c_host *host, u64 at, u32 bytes, u32 length) {
  (void)host;
  return move(LINUX_WRITE_AT, at, bytes, length);
}

u32 w2c_host_block_flush(struct w2c_host *host) {
  (void)host;
  return (u32)files_answer(linux_call(LINUX_SYNC, file, 0, 0, 0));
}
