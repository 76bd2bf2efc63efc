/*
 * Maps the errors of WASI preview 1 to the errnos of the ABI. Any error that is not listed is an input or output error.
 *
 * Source: WASI preview 1, witx/typenames.witx.
 */
import * as errno from "../../assembly/abi/errno";

/** 0 for 0, else a negative errno. */
export function errnoOf(wasi: i32): i32 {
  switch (wasi) {
    case 0:
      return 0;
    case 2:
    case 76:
      return errno.EACCES;
    case 8:
      return errno.EBADF;
    case 10:
      return errno.EBUSY;
    case 20:
      return errno.EEXIST;
    case 25:
    case 28:
      return errno.EINVAL;
    case 31:
      return errno.EISDIR;
    case 32:
      return errno.ELOOP;
    case 33:
    case 41:
      return errno.EMFILE;
    case 37:
      return errno.ENAMETOOLONG;
    case 44:
      return errno.ENOENT;
    case 48:
      return errno.ENOMEM;
    case 19:
    case 22:
    case 51:
      return errno.ENOSPC;
    case 52:
    case 58:
      return errno.ENOSYS;
    case 54:
      return errno.ENOTDIR;
    case 55:
      return errno.ENOTEMPTY;
    case 63:
      return errno.EPERM;
    case 69:
      return errno.EROFS;
    default:
      return errno.EIO;
  }
}
