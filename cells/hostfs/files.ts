/*
 * Folders of the host as a tree of files. Every request goes to the host at once; the cell keeps only names and, while
 * a directory is listed, a part of the listing. Symbolic links are shown and never followed: a path that was judged by
 * its names (unveil) must lead where it says.
 *
 * Different from other file servers, because the device keeps no state: a removed file is gone even for clients that
 * have it open, a file that the host replaced becomes the new one for them, and permissions cannot be set.
 */

import {
  EACCES,
  EINVAL,
  ELOOP,
  ENOENT,
  ENOSYS,
  EPERM,
  HOSTDIR_CREATE,
  HOSTDIR_DATA_MAX,
  HOSTDIR_DIRECTORY,
  HOSTDIR_FILE,
  HOSTDIR_LINK,
  HOSTDIR_LIST,
  HOSTDIR_MAKE_DIRECTORY,
  HOSTDIR_NAME,
  HOSTDIR_READ,
  HOSTDIR_REMOVE,
  HOSTDIR_REMOVE_DIRECTORY,
  HOSTDIR_RENAME,
  HOSTDIR_RESIZE,
  HOSTDIR_STAT,
  HOSTDIR_SYNC,
  HOSTDIR_TOUCH,
  HOSTDIR_WRITE,
} from "rumpk/abi";
import { realTime } from "rumpk/clock";
import { Attributes, Files, NONE, ROOT } from "rumpk/ninep/files";
import { checkName } from "rumpk/ninep/name";
import { Host, Listing } from "./listing";
import { Mailbox } from "./mailbox";
import { Nodes } from "./nodes";

const SECOND: u64 = 1000000000;
/** The latest time in nanoseconds since 1970 that a signed number holds. */
const SECONDS_MAX: u64 = i64.MAX_VALUE / SECOND;
const DIRECTORY_MODE: u32 = 0o755;
const FILE_MODE: u32 = 0o644;
/** The longest guest path, and room for it. */
const GUEST_MAX: u32 = 1024;
/** The node of the first folder. */
const FIRST: i32 = ROOT + 1;

export class HostFiles extends Files {
  private readonly nodes: Nodes;
  private readonly listing!: Listing;
  /** The guest path of a folder. */
  private readonly guest: usize = memory.data(1024, 8);

  /** `key` is random, and no other instance's. */
  constructor(
    private readonly mailbox: Mailbox,
    key: u64,
  ) {
    super();
    this.nodes = new Nodes(<i32>mailbox.folders);
    this.listing = new Listing(new Folders(this), key);
  }

  get writable(): bool {
    return true;
  }

  /** The folder with this guest path; the first one for no name. */
  attach(name: usize, length: u32): i32 {
    if (length == 0) return FIRST;
    const folders = this.mailbox.folders;
    this.mailbox.beginPath();
    for (let folder: u32 = 0; folder < folders; folder++) {
      const known = this.mailbox.ask(HOSTDIR_NAME, folder);
      if (known != <i32>length || length > GUEST_MAX) continue;
      this.mailbox.takeData(this.guest, length);
      if (memory.compare(this.guest, name, length) == 0) return FIRST + folder;
    }
    return ENOENT;
  }

  attributes(node: i32, into: Attributes): void {
    const known = this.nodes.at(node);
    this.look(node);
    into.isDirectory = known.kind == HOSTDIR_DIRECTORY;
    into.mode = into.isDirectory ? DIRECTORY_MODE : FILE_MODE;
    into.size = known.size;
    into.modified = known.modified / SECOND;
    into.inode = known.identity;
  }

  refresh(node: i32): i32 {
    return this.look(node);
  }

  parent(node: i32): i32 {
    return this.nodes.at(node).parent;
  }

  find(directory: i32, name: usize, length: u32): i32 {
    if (directory == ROOT || checkName(name, length) < 0) return ENOENT;
    const node = this.nodes.make(directory, name, length);
    if (node < 0) return node;
    const failed = this.look(node);
    return failed < 0 ? failed : node;
  }

  nameOf(node: i32): usize {
    return this.nodes.at(node).name;
  }

  nameLength(node: i32): u32 {
    return this.nodes.at(node).nameLength;
  }

  cookieOf(node: i32): u64 {
    return this.nodes.at(node).cookie;
  }

  /** Entries that vanished since the host listed them are left out. */
  entryAfter(directory: i32, cookie: u64): i32 {
    if (directory == ROOT) return NONE;
    const listing = this.listing;
    for (let at = cookie; ;) {
      const entry = listing.after(directory, at);
      if (entry < 0) return entry;
      at = listing.cookieOf(entry);
      const node = this.nodes.make(directory, listing.nameOf(entry), listing.nameLength(entry));
      if (node < 0) return node;
      if (this.look(node) == ENOENT) continue;
      this.nodes.at(node).cookie = at;
      return node;
    }
  }

  /** Files and directories can be opened; nothing else can. */
  open(node: i32): i32 {
    const failed = this.look(node);
    if (failed < 0) return failed;
    const kind = this.nodes.at(node).kind;
    if (kind == HOSTDIR_FILE || kind == HOSTDIR_DIRECTORY) return 0;
    return kind == HOSTDIR_LINK ? ELOOP : EACCES;
  }

  read(node: i32, offset: u64, target: usize, length: u32): i32 {
    const count = this.ask(node, HOSTDIR_READ, offset, min(length, HOSTDIR_DATA_MAX));
    if (count > 0) this.mailbox.takeData(target, count);
    return count;
  }

  hold(node: i32): void {
    this.nodes.at(node).users++;
  }

  release(node: i32): void {
    this.nodes.at(node).users--;
  }

  /** The host decides about the permissions. */
  create(directory: i32, name: usize, length: u32, mode: u32, isDirectory: bool): i32 {
    if (directory == ROOT) return EPERM;
    const node = this.nodes.make(directory, name, length);
    if (node < 0) return node;
    const failed = this.ask(node, isDirectory ? HOSTDIR_MAKE_DIRECTORY : HOSTDIR_CREATE);
    return failed < 0 ? failed : node;
  }

  write(node: i32, offset: u64, source: usize, length: u32): i32 {
    return this.ask(node, HOSTDIR_WRITE, offset, this.mailbox.putData(source, length));
  }

  resize(node: i32, size: u64): i32 {
    return this.ask(node, HOSTDIR_RESIZE, size);
  }

  sync(node: i32): i32 {
    return this.nodes.at(node).kind == HOSTDIR_FILE ? this.ask(node, HOSTDIR_SYNC) : 0;
  }

  remove(node: i32): i32 {
    if (this.nodes.isTop(node)) return EPERM;
    const isDirectory = this.nodes.at(node).kind == HOSTDIR_DIRECTORY;
    const failed = this.ask(node, isDirectory ? HOSTDIR_REMOVE_DIRECTORY : HOSTDIR_REMOVE);
    if (failed == 0) this.nodes.lose(node);
    return failed;
  }

  /** Within one folder; a file at the new path is replaced. */
  rename(node: i32, directory: i32, name: usize, length: u32): i32 {
    if (directory == ROOT || this.nodes.isTop(node)) return EPERM;
    if (this.folderOf(node) != this.folderOf(directory)) return EPERM;
    this.putPath(directory, name, length);
    const target = this.mailbox.pathToData();
    const failed = target < 0 ? target : this.ask(node, HOSTDIR_RENAME, 0, target);
    if (failed < 0) return failed;
    const replaced = this.nodes.find(directory, name, length);
    if (replaced == node) return 0;
    if (replaced != NONE) this.nodes.lose(replaced);
    this.nodes.move(node, directory, name, length);
    return 0;
  }

  setMode(node: i32, mode: u32): i32 {
    return ENOSYS;
  }

  setModified(node: i32, seconds: u64, now: bool): i32 {
    if (!now && seconds > SECONDS_MAX) return EINVAL;
    return this.ask(node, HOSTDIR_TOUCH, now ? <u64>realTime() : seconds * SECOND);
  }

  /** Asks the host for the attributes of a node: 0, or an errno, and the old attributes stay. */
  private look(node: i32): i32 {
    const known = this.nodes.at(node);
    if (node == ROOT) known.kind = HOSTDIR_DIRECTORY;
    if (node == ROOT) return 0;
    const failed = this.ask(node, HOSTDIR_STAT);
    if (failed < 0) return failed;
    known.kind = this.mailbox.kind;
    known.size = known.kind == HOSTDIR_FILE ? this.mailbox.size : 0;
    known.modified = this.mailbox.modified;
    known.identity = this.mailbox.identity;
    return 0;
  }

  /** Does a request about a node. */
  private ask(node: i32, request: u32, offset: u64 = 0, length: u32 = 0): i32 {
    if (this.parent(node) == NONE) return ENOENT;
    return this.mailbox.ask(request, this.putPath(node), offset, length);
  }

  /** Makes the path of a node, or of a name in it: the folder. */
  private putPath(node: i32, name: usize = 0, length: u32 = 0): u32 {
    this.mailbox.beginPath();
    if (length > 0) this.mailbox.prepend(name, length);
    let at = node;
    for (; !this.nodes.isTop(at); at = this.parent(at)) this.mailbox.prepend(this.nameOf(at), this.nameLength(at));
    return <u32>(at - FIRST);
  }

  private folderOf(node: i32): i32 {
    let at = node;
    while (!this.nodes.isTop(at)) at = this.parent(at);
    return at;
  }

  /** Writes entries of a directory to `target`. */
  listed(directory: i32, at: u64, target: usize): i32 {
    const length = this.ask(directory, HOSTDIR_LIST, at);
    if (length > 0) this.mailbox.takeData(target, length);
    return length;
  }
}

/** The host, as the listing knows it. */
class Folders extends Host {
  constructor(private readonly files: HostFiles) {
    super();
  }

  list(directory: i32, at: u64, target: usize): i32 {
    return this.files.listed(directory, at, target);
  }
}
