/*
 * Listings of the host's directories: every entry once, whatever goes or comes between two questions, although the host
 * counts its entries again for each.
 */
import { EACCES, EIO, EPERM, HostdirEntry } from "rumpk/abi";
import { Host, Listing } from "../listing";

const DIRECTORY: i32 = 1;
/** More than a scan keeps. */
const MANY: i32 = 5000;
/** Bytes that the host answers at a time. */
const PIECE: u32 = 1000;

class TestHost extends Host {
  names: string[] = [];
  failure: i32 = 0;
  /** It says that the list goes on where it began. */
  stuck: bool = false;
  scans: i32 = 0;

  list(directory: i32, at: u64, target: usize): i32 {
    if (at == 0) this.scans++;
    if (this.failure < 0) return this.failure;
    let used: u32 = 0;
    for (let i = <i32>at; i < this.names.length; i++) {
      const name = String.UTF8.encode(this.names[i]);
      if (used + offsetof<HostdirEntry>() + name.byteLength > PIECE) break;
      const entry = changetype<HostdirEntry>(target + used);
      entry.next = this.stuck ? at : i + 1;
      entry.length = name.byteLength;
      memory.copy(target + used + offsetof<HostdirEntry>(), changetype<usize>(name), name.byteLength);
      used += <u32>offsetof<HostdirEntry>() + name.byteLength;
    }
    return used;
  }
}

function hostOf(count: i32): TestHost {
  const host = new TestHost();
  for (let i = 0; i < count; i++) host.names.push("name-" + i.toString());
  return host;
}

/** The name of an entry. */
function nameOf(listing: Listing, entry: i32): string {
  return String.UTF8.decodeUnsafe(listing.nameOf(entry), listing.nameLength(entry));
}

describe("listings", () => {
  it("have every entry once, in the order of their cookies", () => {
    const host = hostOf(MANY);
    const listing = new Listing(host, 0x123456789abcdef);
    const seen = new Set<string>();
    let at: u64 = 0;
    for (let entry = listing.after(DIRECTORY, at); entry >= 0; entry = listing.after(DIRECTORY, at)) {
      assert(listing.cookieOf(entry) > at && listing.cookieOf(entry) < <u64>i64.MAX_VALUE - 8);
      at = listing.cookieOf(entry);
      seen.add(nameOf(listing, entry));
    }
    expect(seen.size).toBe(MANY);
    expect(host.scans).toBeLessThan(5);
  });

  it("lose nothing and repeat nothing while entries go and come", () => {
    const host = hostOf(MANY);
    const listing = new Listing(host, 42);
    const seen = new Set<string>();
    let at: u64 = 0;
    for (let entry = listing.after(DIRECTORY, at); entry >= 0; entry = listing.after(DIRECTORY, at)) {
      at = listing.cookieOf(entry);
      const name = nameOf(listing, entry);
      assert(!seen.has(name), "no entry twice");
      seen.add(name);
      // Another listing in between takes the piece away.
      if (seen.size % 1000 == 0) listing.after(DIRECTORY + 1, 0);
      const index = host.names.indexOf(name);
      if (index >= 0) host.names.splice(index, 1);
    }
    expect(seen.size).toBe(MANY);
    expect(host.names.length).toBe(0);
    expect(listing.after(DIRECTORY, 0)).toBe(-1);
  });

  it("leave out names that nobody could ask for", () => {
    const host = new TestHost();
    host.names = [".", "..", "", "a/b", "good"];
    const listing = new Listing(host, 7);
    const entry = listing.after(DIRECTORY, 0);
    expect(nameOf(listing, entry)).toBe("good");
    expect(listing.after(DIRECTORY, listing.cookieOf(entry))).toBe(-1);
  });

  it("fail when the host does, and when it goes in a circle", () => {
    const host = hostOf(10);
    const listing = new Listing(host, 7);
    host.failure = EIO;
    expect(listing.after(DIRECTORY, 0)).toBe(EIO);
    host.failure = EPERM;
    expect(listing.after(DIRECTORY, 0)).toBe(EACCES);
    host.failure = 0;
    host.stuck = true;
    expect(listing.after(DIRECTORY, 0)).toBe(EIO);
  });
});
