/*
 * The mount table. Files of a server are found at a mount; what leads there are directories of the VFS
 * itself: the root, and every path above a mount. Both are numbered in the order in which they were added,
 * directories first. What leads to no mount whose server is there is not there either.
 */

import { MOUNTED_PORTS, MOUNT_SIZE } from "rumpk/abi";
import { decodeText } from "rumpk/text";
import { MOUNTS } from "./limits";
import { Outside } from "./outside";
import { Path, pathOf } from "./path";
import { FileServer, Mount } from "./servers";

export class Mounts {
  /** The file servers, in the order of the images. */
  readonly servers: Array<FileServer> = [];
  readonly mounts: Array<Mount> = [];
  /** The VFS's own directories; the first is the root. */
  readonly directories: Array<Path> = [new Path()];

  /** The server of the host's folders, when there is one. */
  private host: FileServer | null = null;

  /** The file servers, each where its manifest mounts it. One without a path serves the host's folders. */
  constructor(outside: Outside) {
    const bytes = new StaticArray<u8>(<i32>MOUNT_SIZE);
    const place = changetype<usize>(bytes);
    for (let n = 0; n < <i32>MOUNTED_PORTS; n++) {
      const port = outside.mount(n, place);
      if (port < 0) break;
      const server = new FileServer(port, n);
      this.servers.push(server);
      let length = 0;
      while (length < bytes.length && bytes[length] != 0) length++;
      if (length == 0) this.host = server;
      else this.add(decodeText(place, length), server, "");
    }
  }

  /** Mounts a folder of the host at `path`: false when that cannot be. */
  addHost(path: string): bool {
    const host = this.host;
    return host !== null && this.add(path, host, path);
  }

  private add(text: string, server: FileServer, name: string): bool {
    const path = pathOf(text);
    if (path === null || path.isRoot || this.mounts.length == MOUNTS || this.overlaps(path)) return false;
    const above = new Path();
    for (above.copy(path), above.up(); !above.isRoot && this.directory(above) < 0; above.up()) this.addDirectory(above);
    const mount = new Mount(path, server, name, this.mounts.length);
    this.mounts.push(mount);
    server.mounts.push(mount);
    return true;
  }

  private addDirectory(path: Path): void {
    const copy = new Path();
    copy.copy(path);
    this.directories.push(copy);
  }

  /** Whether a mount or one of the directories that lead there is in the way. */
  private overlaps(path: Path): bool {
    for (let i = 0; i < this.mounts.length; i++) {
      const other = this.mounts[i].path;
      if (path.isWithin(other) || other.isWithin(path)) return true;
    }
    return false;
  }

  /** The mount at `path`, when it is there; else null. */
  find(path: Path): Mount | null {
    for (let i = 0; i < this.mounts.length; i++) {
      if (this.mounts[i].path.equals(path)) return this.mounts[i].isThere ? this.mounts[i] : null;
    }
    return null;
  }

  /** The number of the VFS's own directory at `path`, or -1. */
  directory(path: Path): i32 {
    for (let i = 0; i < this.directories.length; i++) {
      if (this.directories[i].equals(path)) return i;
    }
    return -1;
  }

  /** Whether the VFS's own directory `number` leads to a mount that is there; the root always is. */
  leadsSomewhere(number: i32): bool {
    for (let i = 0; i < this.mounts.length; i++) {
      if (this.mounts[i].isThere && this.mounts[i].path.isWithin(this.directories[number])) return true;
    }
    return number == 0;
  }

  /** How many entries directories of the VFS have in all: directories, then mounts. */
  get entries(): i32 {
    return this.directories.length + this.mounts.length;
  }

  /** Where entry `index` is. */
  entryPath(index: i32): Path {
    const count = this.directories.length;
    return index < count ? this.directories[index] : this.mounts[index - count].path;
  }

  /** Whether entry `index` is there. */
  entryIsThere(index: i32): bool {
    const count = this.directories.length;
    return index < count ? this.leadsSomewhere(index) : this.mounts[index - count].isThere;
  }
}
