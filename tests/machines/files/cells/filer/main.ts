/*
 * Does what its argument says, one line for each result: "change" makes and changes files, "restarts" kills servers
 * while files are open, "shrink" gives up authority, "again" counts its own instances.
 */
import {
  CELLS_MAX,
  CellState,
  File,
  allCells,
  checkpoint,
  console,
  errorText,
  fileError,
  giveUp,
  killCell,
  list,
  lockUnveil,
  makeDirectory,
  pledge,
  promises,
  readFile,
  removeDirectory,
  removeFile,
  rename,
  restore,
  spectrum,
  stat,
  unveil,
} from "rumpk";
import { PROMISE_INET, PROMISE_RPATH, PROMISE_STDIO, PROMISE_WPATH, SPECTRUM_MATTER } from "rumpk/abi";

function say(what: string, result: i32): void {
  console.log(what + ": " + (result < 0 ? errorText(result) : "ok"));
}

function text(path: string): string {
  const bytes = readFile(path);
  return bytes === null ? errorText(fileError()) : String.UTF8.decodeUnsafe(bytes.dataStart, bytes.length);
}

function write(file: File | null, words: string): i32 {
  if (file === null) return fileError();
  const result = file.write(Uint8Array.wrap(String.UTF8.encode(words)));
  file.close();
  return result;
}

function names(path: string): string {
  const entries = list(path);
  if (entries === null) return errorText(fileError());
  let line = "";
  for (let i = 0; i < entries.length; i++) line += (i > 0 ? " " : "") + entries[i].name;
  return line;
}

function change(): void {
  say("create", write(File.create("/tmp/a"), "one"));
  say("append", write(File.append("/tmp/a"), " two"));
  say("append to nothing", write(File.append("/tmp/b"), "new"));
  console.log(text("/tmp/a") + ", " + text("/tmp/b"));
  say("make", makeDirectory("/tmp/d"));
  say("move", rename("/tmp/a", "/tmp/d/c"));
  say("move to another file system", rename("/tmp/d/c", "/sysro/c"));
  console.log(names("/tmp") + ", " + names("/tmp/d"));
  const file = File.append("/tmp/b");
  say("resize", file !== null ? file.resize(1) : fileError());
  const found = stat("/tmp/b");
  console.log("size " + (found !== null ? found.size.toString() : "?"));
  say("remove what is not empty", removeDirectory("/tmp/d"));
  say("remove", removeFile("/tmp/d/c"));
  say("remove", removeDirectory("/tmp/d"));
  say("write where nothing is written", write(File.create("/sysro/x"), ""));
}

function end(name: string): void {
  const cells = allCells();
  const state = new CellState();
  for (let index = 0; index < CELLS_MAX; index++) {
    if (state.read(cells, index) && state.name == name) killCell(cells, index);
  }
}

/** Reads the next four bytes. */
function next(file: File): string {
  const part = new Uint8Array(4);
  const count = file.read(part);
  return count < 0 ? errorText(count) : String.UTF8.decodeUnsafe(part.dataStart, count);
}

function restarts(): void {
  const file = File.open("/sysro/etc/motd")!;
  let line = next(file);
  end("tarfs");
  line += next(file);
  end("vfs");
  console.log(line + next(file));
  file.close();
  const written = File.create("/tmp/w")!;
  end("ramfs");
  say("write to what was lost", write(written, "x"));
  console.log("left: " + names("/tmp"));
  say("write", write(File.create("/tmp/w"), "x"));
  end("vfs");
  console.log(text("/tmp/w"));
}

function shrink(): void {
  console.log("promises " + promises().toString() + ", matter " + (spectrum() == SPECTRUM_MATTER).toString());
  say("more", pledge(PROMISE_STDIO | PROMISE_INET));
  say("unveil", unveil("/sysro//etc/../etc/", "r"));
  say("lock", lockUnveil());
  say("unveil", unveil("/tmp", "r"));
  say("letters", unveil("/tmp", "rq"));
  console.log(names("/") + ", " + names("/sysro") + ", " + names("/sysro/etc"));
  say("give up", giveUp(PROMISE_WPATH));
  console.log("promises " + promises().toString());
  say("pledge", pledge(PROMISE_STDIO));
  readFile("/sysro/etc/motd");
  console.log("still here");
}

function again(): i32 {
  const before = restore();
  console.log("instance " + (before === null ? "1" : before.length.toString()));
  if (before !== null && before.length == 3) return 3;
  say("checkpoint", checkpoint(new Uint8Array(before === null ? 2 : 3)));
  return unreachable();
}

export function main(args: string[]): i32 {
  if (args.includes("change")) change();
  if (args.includes("restarts")) restarts();
  if (args.includes("shrink")) shrink();
  return args.includes("again") ? again() : 0;
}
