/*
 * One style: prettier for TypeScript, JavaScript and JSON (with assemblyscript-prettier for AssemblyScript), and
 * clang-format for C and assembly headers. The settings are .prettierrc and .clang-format.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { filesBelow, root } from "../../lib/paths.mjs";

const clangFormat = ["clang-format-19", "clang-format"].find((name) => !spawnSync(name, ["--version"]).error);

function check(program, args, cure) {
  const result = spawnSync(program, args, { cwd: root, encoding: "utf8" });
  assert.equal(result.status, 0, `${result.stdout}${result.stderr}\ncure: ${cure}`);
}

for (const folder of ["assembly", "cells", "host", "tests", "tools", "bench"]) {
  const files = folderFiles(folder, ".ts", ".js", ".mjs", ".json");
  test(`prettier agrees with ${folder}/`, { skip: !files.length && "nothing there" }, () => {
    check("npx", ["--no-install", "prettier", "--check", ...files], `npx prettier --write ${folder}`);
  });
}

for (const folder of ["hal", "boot"]) {
  test(`clang-format agrees with ${folder}/`, { skip: !clangFormat && "clang-format-19 is not installed" }, () => {
    const files = folderFiles(folder, ".c", ".h");
    if (files.length) check(clangFormat, ["--dry-run", "-Werror", ...files], `${clangFormat} -i ${files.join(" ")}`);
  });
}

/** Like filesBelow, but a folder that is missing from the checkout holds no files. */
function folderFiles(folder, ...endings) {
  try {
    return filesBelow(folder, ...endings);
  } catch (error) {
    if (error.code === "ENOENT") return [];
    throw error;
  }
}
