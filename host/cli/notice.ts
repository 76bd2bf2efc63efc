/*
 * `rumpk notice`: writes NOTICE, or checks it.
 */
import { readFileSync, writeFileSync } from "node:fs";

import { UserError } from "../pipeline/errors.js";
import { noticeText } from "../pipeline/notice.js";
import { inRoot } from "../pipeline/paths.js";
import { Verb } from "./verb.js";

export const notice: Verb = {
  summary: "write NOTICE: the licence of every part of an image",
  flags: { check: { help: "write nothing; fail when NOTICE differs" } },
  async run({ flags }) {
    const path = inRoot("NOTICE");
    if (!("check" in flags)) {
      writeFileSync(path, noticeText());
    } else if (readIfThere(path) !== noticeText()) {
      throw new UserError('NOTICE: differs from the installed packages; run "npx rumpk notice"');
    }
    return 0;
  },
};

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
