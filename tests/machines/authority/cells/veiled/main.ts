/*
 * Unveils the paths of its first arguments, "PATH=RIGHTS" with RIGHTS of r, w, c, locks the list, and then does what
 * the other arguments say: "read PATH", "write PATH", "list PATH", one line of result each.
 */
import { console, errorText, fileError, list, File, OPEN_TRUNCATE, OPEN_WRITE, readFile } from "rumpk";
import { unveil } from "rumpk/raw";
import { UNVEIL_CREATE, UNVEIL_READ, UNVEIL_WRITE } from "abi/unveil";

function rightsOf(letters: string): i32 {
  let rights: u32 = 0;
  if (letters.includes("r")) rights |= UNVEIL_READ;
  if (letters.includes("w")) rights |= UNVEIL_WRITE;
  if (letters.includes("c")) rights |= UNVEIL_CREATE;
  return rights;
}

function show(path: string, letters: string): void {
  const bytes = String.UTF8.encode(path);
  const result = <i32>unveil(changetype<usize>(bytes), bytes.byteLength, rightsOf(letters));
  if (result < 0) console.log("unveil " + path + ": " + errorText(result));
}

function outcome(good: bool): string {
  return good ? "done" : errorText(fileError());
}

function attempt(verb: string, path: string): string {
  if (verb == "read") return outcome(readFile(path) != null);
  if (verb == "list") {
    const entries = list(path);
    if (!entries) return outcome(false);
    let names = "";
    for (let i = 0; i < entries.length; ++i) names += " " + entries[i].name;
    return "sees" + names;
  }
  const file = File.open(path, OPEN_WRITE | OPEN_TRUNCATE);
  if (!file) return outcome(false);
  file.close();
  return "done";
}

export function main(args: string[]): i32 {
  for (let i = 0; i < args.length; ++i) {
    const cut = args[i].indexOf("=");
    if (cut > 0) show(args[i].substring(0, cut), args[i].substring(cut + 1));
  }
  unveil(0, 0, 0);
  for (let i = 0; i + 1 < args.length; ++i) {
    const verb = args[i];
    if (verb != "read" && verb != "write" && verb != "list") continue;
    console.log(verb + " " + args[i + 1] + ": " + attempt(verb, args[i + 1]));
  }
  return 0;
}
