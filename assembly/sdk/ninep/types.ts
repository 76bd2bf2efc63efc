/*
 * 9P2000.L: message types, sizes and flags, from "The 9P2000.L protocol" of diod and the Linux kernel's
 * v9fs. A message is
 *
 *   0  size u32, itself included | 4  type u8 | 5  tag u16 | 7  fields
 *
 * little endian; a string is a u16 of length and its UTF-8; a qid is type u8, version u32, path u64.
 * An answer has the type of its request plus one, or is Rlerror with a positive Linux errno.
 */

export const RLERROR: u8 = 7;
export const TSTATFS: u8 = 8;
export const TLOPEN: u8 = 12;
export const TLCREATE: u8 = 14;
export const TREADLINK: u8 = 22;
export const TGETATTR: u8 = 24;
export const TXATTRWALK: u8 = 30;
export const TREADDIR: u8 = 40;
export const TFSYNC: u8 = 50;
export const TMKDIR: u8 = 72;
export const TUNLINKAT: u8 = 76;
export const TVERSION: u8 = 100;
export const TATTACH: u8 = 104;
export const TFLUSH: u8 = 108;
export const TWALK: u8 = 110;
export const TREAD: u8 = 116;
export const TWRITE: u8 = 118;
export const TCLUNK: u8 = 120;

/** Bytes in front of a message's fields. */
export const HEADER_SIZE: u32 = 7;
/** Bytes of a qid. */
export const QID_SIZE: u32 = 13;
/** Bytes of an Rread in front of the data. */
export const READ_OVERHEAD: u32 = 11;
/** Bytes of a Twrite in front of the data. */
export const WRITE_OVERHEAD: u32 = 23;
/** Bytes of a directory entry of Rreaddir, without its name. */
export const DIRENT_OVERHEAD: u32 = 24;
/** Most names in one Twalk. */
export const WALK_MAX: u32 = 16;
/** Smallest message size that a session can work with. */
export const MSIZE_MIN: u32 = 256;
/** The tag of Tversion. */
export const NO_TAG: u16 = 0xffff;
/** No fid: Tattach without authentication. */
export const NO_FID: u32 = 0xffffffff;
/** No user: n_uname of Tattach. */
export const NO_USER: u32 = 0xffffffff;
/** The protocol's name. */
export const PROTOCOL: string = "9P2000.L";

/** Qid type: directory. */
export const QID_DIRECTORY: u8 = 0x80;
/** Qid type: file. */
export const QID_FILE: u8 = 0;

/** Tlopen and Tlcreate: read only. */
export const OPEN_READ: u32 = 0;
/** Tlopen and Tlcreate: write only. */
export const OPEN_WRITE: u32 = 1;
/** Tlopen and Tlcreate: read and write. */
export const OPEN_READ_WRITE: u32 = 2;
/** The bits of the flags that say read or write. */
export const OPEN_ACCESS: u32 = 3;
/** Tlopen: cut the file to nothing. */
export const OPEN_TRUNCATE: u32 = 0x200;

/** Mode: the bits that tell the file's type. */
export const MODE_TYPE: u32 = 0xf000;
/** Mode: directory. */
export const MODE_DIRECTORY: u32 = 0x4000;
/** Mode: regular file. */
export const MODE_FILE: u32 = 0x8000;
/** Tgetattr and Rgetattr: mode, links, user, group, device, times, inode, size and blocks. */
export const ATTRIBUTES_BASIC: u64 = 0x7ff;
/** Tunlinkat: the name is a directory. */
export const UNLINK_DIRECTORY: u32 = 0x200;
