/*
 * 9P2000.L: message types, sizes and flags, from "The 9P2000.L protocol" of diod and the Linux kernel's
 * v9fs. A message is
 *
 *   0  size u32, itself included | 4  type u8 | 5  tag u16 | 7  fields
 *
 * little endian; a string is a u16 of length and its bytes, UTF-8 or not; a qid is type u8, version u32, path u64.
 * An answer has the type of its request plus one, or is Rlerror with a positive Linux errno.
 */

export const RLERROR: u8 = 7;
export const TSTATFS: u8 = 8;
export const TLOPEN: u8 = 12;
export const TLCREATE: u8 = 14;
export const TSYMLINK: u8 = 16;
export const TMKNOD: u8 = 18;
export const TRENAME: u8 = 20;
export const TREADLINK: u8 = 22;
export const TGETATTR: u8 = 24;
export const TSETATTR: u8 = 26;
export const TXATTRWALK: u8 = 30;
export const TXATTRCREATE: u8 = 32;
export const TREADDIR: u8 = 40;
export const TFSYNC: u8 = 50;
export const TLOCK: u8 = 52;
export const TGETLOCK: u8 = 54;
export const TLINK: u8 = 70;
export const TMKDIR: u8 = 72;
export const TRENAMEAT: u8 = 74;
export const TUNLINKAT: u8 = 76;
export const TVERSION: u8 = 100;
export const TATTACH: u8 = 104;
export const TFLUSH: u8 = 108;
export const TWALK: u8 = 110;
export const TREAD: u8 = 116;
export const TWRITE: u8 = 118;
export const TCLUNK: u8 = 120;
export const TREMOVE: u8 = 122;

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
/** Longest name of a directory entry, in bytes. */
export const NAME_MAX: u32 = 255;
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
/** Tlopen and Tlcreate: every write goes to the end. */
export const OPEN_APPEND: u32 = 0x400;

/** Mode: the bits that tell the file's type. */
export const MODE_TYPE: u32 = 0xf000;
/** Mode: directory. */
export const MODE_DIRECTORY: u32 = 0x4000;
/** Mode: regular file. */
export const MODE_FILE: u32 = 0x8000;
/** Tgetattr and Rgetattr: mode, links, user, group, device, times, inode, size and blocks. */
export const ATTRIBUTES_BASIC: u64 = 0x7ff;
/** Tsetattr: set the permissions. */
export const SET_MODE: u32 = 1;
/** Tsetattr: set the owner, or the group. */
export const SET_OWNER: u32 = 6;
/** Tsetattr: cut or lengthen the file. */
export const SET_SIZE: u32 = 8;
/** Tsetattr: set the time of the last change, */
export const SET_MODIFIED: u32 = 0x20;
/** to the time in the message, instead of now. */
export const SET_MODIFIED_TO: u32 = 0x100;
/** Tunlinkat: the name is a directory. */
export const UNLINK_DIRECTORY: u32 = 0x200;
/** Type of a directory entry, as in Linux's dirent: directory. */
export const ENTRY_DIRECTORY: u8 = 4;
/** Type of a directory entry: regular file. */
export const ENTRY_FILE: u8 = 8;
/** Rstatfs: type of the file system, V9FS_MAGIC. */
export const FILE_SYSTEM_TYPE: u32 = 0x01021997;
