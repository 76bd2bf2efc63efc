/*
 * How much of everything there is. All of it fits the cell's memory at once (cell.kdl): FIDS paths and CLIENTS requests
 * are the largest part.
 */

export { MESSAGE_MAX } from "rumpk/abi";

/** Clients at once, as in cell.kdl. */
export const CLIENTS: i32 = 32;
/** Records of clients: a client that is gone keeps its record while a file server has a request of it. */
export const CLIENT_RECORDS: i32 = CLIENTS + 16;
/** Fids of one client. */
export const CLIENT_FIDS: i32 = 32;
/** Fids of all clients, and one more for each client's walk. */
export const FIDS: i32 = CLIENTS * (CLIENT_FIDS + 1);
/** Requests that a file server has at once: the entries of its ring. */
export const TAGS: i32 = 4;
/** Mounts at once. */
export const MOUNTS: i32 = 16;
