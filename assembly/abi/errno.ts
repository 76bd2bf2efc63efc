/*
 * Errors. Every call answers a value >= 0 or one of these; the numbers are Linux's, negated.
 */

/** Not permitted: asking for more than is held. */
export const EPERM: i32 = -1;
/** No such package, port, file or cell. */
export const ENOENT: i32 = -2;
/** Input or output error. */
export const EIO: i32 = -5;
/** Arguments too long. */
export const E2BIG: i32 = -7;
/** Empty or stale slot. */
export const EBADF: i32 = -9;
/** Would block, and NOWAIT was asked for; or an event about the slot is unread. */
export const EAGAIN: i32 = -11;
/** No memory frames left. */
export const ENOMEM: i32 = -12;
/** The slot lacks the right. */
export const EACCES: i32 = -13;
/** A pointer or length outside the cell's memory. */
export const EFAULT: i32 = -14;
/** In use. */
export const EBUSY: i32 = -16;
/** Exists already. */
export const EEXIST: i32 = -17;
/** Renaming from one file system to another. */
export const EXDEV: i32 = -18;
/** No such device. */
export const ENODEV: i32 = -19;
/** Not a directory. */
export const ENOTDIR: i32 = -20;
/** Is a directory. */
export const EISDIR: i32 = -21;
/** Invalid argument. */
export const EINVAL: i32 = -22;
/** No free slot. */
export const EMFILE: i32 = -24;
/** No space left. */
export const ENOSPC: i32 = -28;
/** Read-only file system. */
export const EROFS: i32 = -30;
/** The peer died or hung up. */
export const EPIPE: i32 = -32;
/** Name too long. */
export const ENAMETOOLONG: i32 = -36;
/** No such call or operation. */
export const ENOSYS: i32 = -38;
/** Directory not empty. */
export const ENOTEMPTY: i32 = -39;
/** A symbolic link, which is not followed. */
export const ELOOP: i32 = -40;
/** Protocol error. */
export const EPROTO: i32 = -71;
/** Message longer than the ring's entries, or buffer shorter than the message. */
export const EMSGSIZE: i32 = -90;
/** The ring does not fit the arena, or a kernel table is full. */
export const ENOBUFS: i32 = -105;
/** The deadline passed. */
export const ETIMEDOUT: i32 = -110;
/** The file server was restarted: the file has to be opened again. */
export const ESTALE: i32 = -116;
/** Package refused: not signed by a trusted key. */
export const EKEYREJECTED: i32 = -129;
/** The call cannot finish now: only ever seen by the machine, which parks the fiber and repeats the call. */
export const WOULD_BLOCK: i64 = -0x8000000000000000;
