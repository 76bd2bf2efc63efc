/*
 * Texts for errors and for causes of death, as a person reads them in one line after a colon.
 */

import {
  E2BIG,
  EACCES,
  EAGAIN,
  EBADF,
  EBUSY,
  EEXIST,
  EFAULT,
  EINVAL,
  EIO,
  EISDIR,
  EKEYREJECTED,
  ELOOP,
  EMFILE,
  EMSGSIZE,
  ENAMETOOLONG,
  ENOBUFS,
  ENODEV,
  ENOENT,
  ENOMEM,
  ENOSPC,
  ENOSYS,
  ENOTDIR,
  ENOTEMPTY,
  EPERM,
  EPIPE,
  EPROTO,
  EROFS,
  ESTALE,
  ETIMEDOUT,
  EXDEV,
} from "../abi/errno";
import {
  CAUSE_CONVERSION,
  CAUSE_DIVISION,
  CAUSE_ENERGY,
  CAUSE_INDIRECT,
  CAUSE_KERNEL,
  CAUSE_KILLED,
  CAUSE_MEMORY,
  CAUSE_MODULE,
  CAUSE_NONE,
  CAUSE_NO_MEMORY,
  CAUSE_OVERFLOW,
  CAUSE_PLEDGE,
  CAUSE_RING,
  CAUSE_SEAL,
  CAUSE_SPIN,
  CAUSE_STACK,
  CAUSE_UNALIGNED,
  CAUSE_UNREACHABLE,
  CAUSE_WINDOW,
} from "../abi/cell";

/** What a negative errno means. */
export function errorText(error: i32): string {
  switch (error) {
    case EPERM:
      return "operation not permitted";
    case ENOENT:
      return "no such file or directory";
    case EIO:
      return "input or output error";
    case E2BIG:
      return "arguments too long";
    case EBADF:
      return "bad slot";
    case EAGAIN:
      return "try again";
    case ENOMEM:
      return "out of memory";
    case EACCES:
      return "permission denied";
    case EFAULT:
      return "bad address";
    case EBUSY:
      return "in use";
    case EEXIST:
      return "exists already";
    case EXDEV:
      return "on another file system";
    case ENODEV:
      return "no such device";
    case ENOTDIR:
      return "not a directory";
    case EISDIR:
      return "is a directory";
    case EINVAL:
      return "invalid argument";
    case EMFILE:
      return "no free slot";
    case ENOSPC:
      return "no space left";
    case EROFS:
      return "read-only file system";
    case EPIPE:
      return "the other side is gone";
    case ENAMETOOLONG:
      return "file name too long";
    case ENOSYS:
      return "not supported";
    case ENOTEMPTY:
      return "directory not empty";
    case ELOOP:
      return "a symbolic link";
    case EPROTO:
      return "protocol error";
    case EMSGSIZE:
      return "message too long";
    case ENOBUFS:
      return "no room for another channel";
    case ETIMEDOUT:
      return "timed out";
    case ESTALE:
      return "the file server was restarted";
    case EKEYREJECTED:
      return "not signed by a trusted key";
  }
  return "error " + error.toString();
}

/** What ended a cell. */
export function causeText(cause: u32): string {
  switch (cause) {
    case CAUSE_NONE:
      return "no fault";
    case CAUSE_MEMORY:
      return "memory access out of bounds";
    case CAUSE_UNREACHABLE:
      return "unreachable instruction";
    case CAUSE_DIVISION:
      return "division by zero";
    case CAUSE_OVERFLOW:
      return "integer overflow";
    case CAUSE_CONVERSION:
      return "conversion to an integer out of range";
    case CAUSE_INDIRECT:
      return "indirect call of a wrong function";
    case CAUSE_STACK:
      return "stack exhausted";
    case CAUSE_SPIN:
      return "ran too long without a pause";
    case CAUSE_WINDOW:
      return "device access outside its window";
    case CAUSE_KILLED:
      return "killed";
    case CAUSE_PLEDGE:
      return "used what it had not promised";
    case CAUSE_MODULE:
      return "not a module that can run";
    case CAUSE_NO_MEMORY:
      return "no memory to start";
    case CAUSE_RING:
      return "corrupted channel";
    case CAUSE_UNALIGNED:
      return "unaligned atomic access";
    case CAUSE_ENERGY:
      return "out of energy";
    case CAUSE_SEAL:
      return "package refused";
    case CAUSE_KERNEL:
      return "in a state that must not be";
  }
  return "cause " + cause.toString();
}
