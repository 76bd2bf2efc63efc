/*
 * What a server asks of its client, and what it may say against it: META_UNVEIL_OF, META_DENY.
 */
import { AUDIT_CLAIM, AUDIT_VIOLATION } from "../../abi/audit";
import { CAUSE_PLEDGE } from "../../abi/cell";
import { EBADF, EINVAL, EPERM, EPIPE } from "../../abi/errno";
import { CAP_CHANNEL } from "../../abi/rights";
import { readPath, unveiledAt } from "../authority/unveil";
import { NO_CELL } from "../base/limits";
import { fitsU32 } from "../base/numbers";
import { siphash } from "../base/siphash";
import { SCRATCH_PATH } from "../base/tables";
import { audit, entityOf } from "../keep/audit";
import { doomOrEnd } from "../life/blink";
import { checkSlot, slotAt } from "../object/capability";
import { channelAt, peerCell, takeDenial } from "../object/channel";
import { promiseOf } from "../object/image";
import { cellAt } from "../run/cell";

/** The client of a service in the caller's slot, or a negative errno. */
function clientIn(index: u32, slot: i64): i32 {
  if (!fitsU32(slot)) return EBADF;
  const refused = checkSlot(index, <u32>slot, CAP_CHANNEL, 0);
  if (refused < 0) return refused;
  const capability = slotAt(index, <u32>slot);
  const channel = channelAt(capability.object);
  if (capability.end != 1 || channel.port == 0) return EINVAL;
  const client = peerCell(channel, 1);
  return client == NO_CELL ? EPIPE : client;
}

/** The path in a pointer and a length, copied to SCRATCH_PATH. Its length or a negative errno. */
function pathIn(index: u32, range: i64): i32 {
  if (range < 0) return EINVAL;
  const length = <u32>(range >> 32);
  const failed = readPath(index, <u32>range, length);
  return failed < 0 ? failed : length;
}

/** META_UNVEIL_OF: what the client of a service may do with a path. UNVEIL_..., or a negative errno. */
export function unveilOf(index: u32, slot: i64, range: i64): i64 {
  const client = clientIn(index, slot);
  if (client < 0) return client;
  const length = pathIn(index, range);
  return length < 0 ? length : unveiledAt(client, SCRATCH_PATH, length);
}

/**
 * META_DENY: a server refused a request of its client. The kernel itself knows that there is a request, what the port
 * stands for and what the client promises; the path is the server's claim, and the ledger records it as that. A client
 * that lacks the promise ends.
 */
export function deny(index: u32, slot: i64, promise: i64, range: i64): i64 {
  const client = clientIn(index, slot);
  if (client < 0) return client;
  const channelIndex = slotAt(index, <u32>slot).object;
  if ((promise & ~(<i64>promiseOf(channelAt(channelIndex).port))) != 0) return EINVAL;
  const length = pathIn(index, range);
  if (length < 0) return length;
  const cell = cellAt(client);
  if ((cell.promises & promise) != 0 || !takeDenial(channelIndex)) return EPERM;
  audit(AUDIT_CLAIM, index, siphash(SCRATCH_PATH, length), promise, client, entityOf(cell));
  if (promise == 0) return 0;
  audit(AUDIT_VIOLATION, client, entityOf(cellAt(index)), promise, cell.promises);
  doomOrEnd(client, CAUSE_PLEDGE);
  return 0;
}
