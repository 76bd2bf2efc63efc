/*
 * folders.c: Linux folders for the device "rumpk,hostdir" (assembly/board/hostdir.ts), which has checked the request
 * and the names in the path.
 *
 * Nothing outside a folder is reached: a path is walked name by name from the folder's descriptor, and no link is
 * followed, neither on the way nor at its end. A program that creates a link there meanwhile cannot change that.
 */
#include "files.h"
#include "linux.h"
#include "machine.h"
#include "simulated.h"

enum {
  OPEN_READ = 0,
  OPEN_WRITE = 1,
  OPEN_CREATE = 0x40,
  OPEN_EXCLUSIVE = 0x80,
  OPEN_NEVER_WAIT = 0x800,
  OPEN_DIRECTORY = 0x10000,
  OPEN_NO_LINK = 0x20000,
  OPEN_CLOSE_ON_EXEC = 0x80000,
  OPEN_PATH = 0x200000,
};
enum { AT_NO_LINK = 0x100, AT_DIRECTORY = 0x200, MODE_FILE = 0666, MODE_DIRECTORY = 0777, TIME_OMIT = 0x3ffffffe };
enum { STATUS_SIZE = 144, KIND_MASK = 0170000, KIND_FILE = 0100000, KIND_DIRECTORY = 040000, KIND_LINK = 0120000 };
enum { ENTRY_UNKNOWN = 0, ENTRY_DIRECTORY = 4, ENTRY_FILE = 8, ENTRY_LINK = 10 };
/* Bytes that Linux lists at a time: even with our entries' longer heads the result fits into the data. */
enum { LISTED_MAX = 4096 };
#define NANOSECONDS 1000000000ull
/* Odd multipliers with well-spread bits, from SplitMix64. */
#define SPREAD 0x9e3779b97f4a7c15ull
#define MIX 0xbf58476d1ce4e5b9ull

/* FolderStatus of assembly/board/folder-status.ts. */
struct folder_status {
  uint32_t kind, reserved;
  uint64_t size, modified, identity;
};

/* Linux's status of a file. */
struct linux_status {
  uint64_t device, inode, links;
  uint32_t mode, user, group, padding;
  uint64_t special, size, block_size, blocks;
  struct linux_time accessed, modified, changed;
  uint64_t reserved[3];
};
_Static_assert(sizeof(struct linux_status) == STATUS_SIZE, "Linux has another struct stat");

/* A directory entry from Linux; the name follows. */
struct linux_entry {
  uint64_t inode, next;
  uint16_t length;
  uint8_t kind;
  char name[];
};

/* The end of a path: the open directory, and the last name in it. */
struct place {
  long directory;
  bool opened;
  const char *name;
  char path[HOSTDIR_PATH_MAX + 1];
};

static struct {
  long directory;
  const char *guest;
} folders[FOLDERS_MAX];
static uint32_t count;
static struct place here, there;
static struct linux_status status;

long folders_add(const char *host, const char *guest) {
  if (count == FOLDERS_MAX) return EMFILE;
  long directory = linux_call(LINUX_OPEN_AT, LINUX_HERE, (long)host, OPEN_DIRECTORY | OPEN_CLOSE_ON_EXEC, 0);
  if (directory < 0) return directory;
  folders[count].directory = directory;
  folders[count++].guest = guest;
  return 0;
}

uint32_t folders_count(void) {
  return count;
}

int32_t files_answer(long answer) {
  static const int16_t same[] = {EPERM,   ENOENT, EBADF,  ENOMEM, EACCES, EBUSY,  EEXIST,       EXDEV,
                                 ENOTDIR, EISDIR, EINVAL, EMFILE, ENOSPC, EROFS,  ENOSYS,       ENOTEMPTY,
                                 ELOOP,   ENODEV, EPIPE,  EAGAIN, EFAULT, ESTALE, ENAMETOOLONG, E2BIG};
  if (answer >= 0) return (int32_t)answer;
  for (unsigned i = 0; i < sizeof same / sizeof *same; i++) {
    if (answer == same[i]) return same[i];
  }
  return EIO;
}

static void leave(struct place *place) {
  if (place->opened) linux_call(LINUX_CLOSE, place->directory, 0, 0, 0);
  place->opened = false;
}

/* Advances by one name. */
static long step(struct place *place) {
  long flags = OPEN_PATH | OPEN_DIRECTORY | OPEN_NO_LINK | OPEN_CLOSE_ON_EXEC;
  long next = linux_call(LINUX_OPEN_AT, place->directory, (long)place->name, flags, 0);
  leave(place);
  place->directory = next;
  place->opened = next >= 0;
  return next;
}

/* Walks a path to its last name; returns 0, or Linux's negative errno. The folder itself has the name ".". */
static long walk(struct place *place, uint32_t folder, const char *path, uint32_t length) {
  place->directory = folders[folder].directory;
  place->opened = false;
  if (length > HOSTDIR_PATH_MAX) machine_stop("the board passed a path of bytes", length);
  place->name = length ? place->path : ".";
  memcpy(place->path, path, length);
  place->path[length] = 0;
  for (uint32_t i = 0; i < length; i++) {
    if (place->path[i] != '/') continue;
    place->path[i] = 0;
    long error = step(place);
    if (error < 0) return error;
    place->name = place->path + i + 1;
  }
  return 0;
}

static uint32_t kind_of(uint32_t mode) {
  if ((mode & KIND_MASK) == KIND_FILE) return HOSTDIR_FILE;
  if ((mode & KIND_MASK) == KIND_DIRECTORY) return HOSTDIR_DIRECTORY;
  return (mode & KIND_MASK) == KIND_LINK ? HOSTDIR_LINK : HOSTDIR_OTHER;
}

static long look(long directory, const char *name) {
  return linux_call(LINUX_STATUS_AT, directory, (long)name, (long)&status, AT_NO_LINK);
}

u32 w2c_host_folder_status(struct w2c_host *host, u32 folder, u32 path, u32 length, u32 out) {
  (void)host;
  struct folder_status *found = simulated_memory(out);
  long error = walk(&here, folder, simulated_memory(path), length);
  if (!error) error = look(here.directory, here.name);
  leave(&here);
  if (error) return (u32)files_answer(error);
  /* A unique number for a file: a bijection of the inode for each file system. */
  uint64_t sum = status.inode + status.device * SPREAD;
  uint64_t modified = (uint64_t)status.modified.seconds * NANOSECONDS + (uint64_t)status.modified.nanoseconds;
  *found = (struct folder_status){kind_of(status.mode), 0, status.size, modified, (sum ^ sum >> 30) * MIX >> 3};
  return 0;
}

/* The type of an entry, which some file systems do not list. */
static uint32_t entry_kind(long directory, const struct linux_entry *entry) {
  if (entry->kind == ENTRY_FILE) return HOSTDIR_FILE;
  if (entry->kind == ENTRY_DIRECTORY) return HOSTDIR_DIRECTORY;
  if (entry->kind == ENTRY_LINK) return HOSTDIR_LINK;
  if (entry->kind != ENTRY_UNKNOWN || look(directory, entry->name)) return HOSTDIR_OTHER;
  return kind_of(status.mode);
}

/* Copies the entries that Linux listed into the data, without "." and ".."; returns the number of bytes. */
static uint32_t take_entries(long directory, const uint8_t *listed, long size, uint8_t *data) {
  uint32_t used = 0;
  for (long at = 0; at < size;) {
    const struct linux_entry *entry = (const struct linux_entry *)(listed + at);
    uint32_t length = (uint32_t)strlen(entry->name);
    at += entry->length;
    if (strcmp(entry->name, ".") == 0 || strcmp(entry->name, "..") == 0) continue;
    hostdir_entry head = {entry->next, entry->inode, length, entry_kind(directory, entry)};
    memcpy(data + used, &head, sizeof head);
    memcpy(data + used + sizeof head, entry->name, length);
    used += (uint32_t)sizeof head + length;
  }
  return used;
}

static long list(long directory, uint64_t offset, uint8_t *data) {
  static uint8_t listed[LISTED_MAX] __attribute__((aligned(8)));
  long size = linux_call(LINUX_SEEK, directory, (long)offset, 0, 0);
  uint32_t used = 0;
  while (size >= 0 && !used) {
    size = linux_call(LINUX_LIST, directory, (long)listed, sizeof listed, 0);
    if (size <= 0) return size;
    used = take_entries(directory, listed, size, data);
  }
  return size < 0 ? size : used;
}

/* Repeats a call that a signal interrupted before it did anything. */
static long move(enum linux_call call, long file, void *data, uint32_t length, uint64_t offset) {
  long done;
  do {
    done = linux_call(call, file, (long)data, length, (long)offset);
  } while (done == LINUX_EINTR);
  return done;
}

/* A request for which the path must be opened. */
static long with_open(uint32_t request, uint64_t offset, void *data, uint32_t length) {
  bool reads = request == HOSTDIR_LIST || request == HOSTDIR_READ;
  long flags = (reads ? OPEN_READ : OPEN_WRITE) | (request == HOSTDIR_LIST ? OPEN_DIRECTORY : 0) |
               (request == HOSTDIR_CREATE ? OPEN_CREATE | OPEN_EXCLUSIVE : 0);
  flags |= OPEN_NO_LINK | OPEN_NEVER_WAIT | OPEN_CLOSE_ON_EXEC;
  long file = linux_call(LINUX_OPEN_AT, here.directory, (long)here.name, flags, MODE_FILE);
  long answer = file < 0 ? file : 0;
  if (file < 0) return answer;
  if (request == HOSTDIR_LIST) answer = list(file, offset, data);
  /* Nothing is that far into the file. */
  if (request == HOSTDIR_READ && offset <= INT64_MAX) answer = move(LINUX_READ_AT, file, data, length, offset);
  if (request == HOSTDIR_WRITE) answer = move(LINUX_WRITE_AT, file, data, length, offset);
  if (request == HOSTDIR_RESIZE) answer = linux_call(LINUX_RESIZE, file, (long)offset, 0, 0);
  if (request == HOSTDIR_SYNC) answer = linux_call(LINUX_SYNC, file, 0, 0, 0);
  linux_call(LINUX_CLOSE, file, 0, 0, 0);
  return answer;
}

static long rename_to(uint32_t folder, const char *path, uint32_t length) {
  long error = walk(&there, folder, path, length);
  if (!error) error = linux_call(LINUX_RENAME_AT, here.directory, (long)here.name, there.directory, (long)there.name);
  leave(&there);
  return error;
}

static long touch(uint64_t time) {
  static struct linux_time times[2];
  times[0] = (struct linux_time){0, TIME_OMIT};
  times[1] = (struct linux_time){(int64_t)(time / NANOSECONDS), (int64_t)(time % NANOSECONDS)};
  return linux_call(LINUX_TIMES_AT, here.directory, (long)here.name, (long)times, AT_NO_LINK);
}

static long name_of(uint32_t folder, void *data) {
  size_t length = strlen(folders[folder].guest);
  if (length > HOSTDIR_DATA_MAX) return ENAMETOOLONG;
  memcpy(data, folders[folder].guest, length);
  return (long)length;
}

static long serve(uint32_t request, uint32_t folder, uint64_t offset, void *data, uint32_t length) {
  switch (request) {
    case HOSTDIR_NAME:
      return name_of(folder, data);
    case HOSTDIR_MAKE_DIRECTORY:
      return linux_call(LINUX_MAKE_DIRECTORY_AT, here.directory, (long)here.name, MODE_DIRECTORY, 0);
    case HOSTDIR_REMOVE:
      return linux_call(LINUX_UNLINK_AT, here.directory, (long)here.name, 0, 0);
    case HOSTDIR_REMOVE_DIRECTORY:
      return linux_call(LINUX_UNLINK_AT, here.directory, (long)here.name, AT_DIRECTORY, 0);
    case HOSTDIR_RENAME:
      return rename_to(folder, data, length);
    case HOSTDIR_TOUCH:
      return touch(offset);
    default:
      return with_open(request, offset, data, length);
  }
}

u32 w2c_host_folder_request(struct w2c_host *host, u32 request, u32 folder, u32 path, u32 path_length, u64 offset,
                            u32 data, u32 length) {
  (void)host;
  long answer = walk(&here, folder, simulated_memory(path), path_length);
  if (!answer) answer = serve(request, folder, offset, simulated_memory(data), length);
  leave(&here);
  return (u32)files_answer(answer);
}
