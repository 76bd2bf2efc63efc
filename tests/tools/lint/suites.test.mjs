/*
 * The table of suites: every test belongs to one, and a suite is found by its name, by parts of it, and by its file.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { filesBelow } from "../../lib/paths.mjs";
import { suitesOf } from "../../lib/suite.mjs";
import { suites } from "../../suites.mjs";

const namesOf = (word) => suitesOf(suites, word).map(({ name }) => name);

test("every file of tests belongs to exactly one path of the table", () => {
  const paths = new Map(suites.map(({ path, files }) => [path, files]));
  const owned = [...paths.values()].flat().sort();
  assert.deepEqual(owned, filesBelow("tests", ".test.mjs"));
});

test("names are paths, and no two suites have the same", () => {
  assert.equal(new Set(suites.map(({ name }) => name)).size, suites.length);
  for (const { name, path, env } of suites) {
    const place = name.replace(`-${env.RUMPK_MACHINE}`, "");
    assert.ok(`${path}/`.startsWith(`${place}/`), `${name} is not at ${path}`);
  }
});

test("a suite is found by its whole name, by the end of it, by its file and by its folder", () => {
  const [{ name, files, env }] = suites.filter((each) =>
    each.files.some((file) => file.endsWith("/terminal.test.mjs")),
  );
  assert.ok(suites.length > suitesOf(suites, name).length);
  assert.deepEqual(namesOf(name), [name]);
  assert.deepEqual(namesOf(`terminal-${env.RUMPK_MACHINE}`), [name]);
  assert.ok(namesOf("terminal").includes(name));
  assert.deepEqual(namesOf(files[0]), namesOf("terminal"));
  assert.ok(namesOf(files[0].split("/").slice(0, -1).join("/") + "/").includes(name));
  assert.deepEqual(namesOf("sessions-node"), namesOf("sessions/sessions-node").slice(0, 1));
});

test("a word that means no suite means none, and one that is a part of a word does not", () => {
  for (const word of ["nothing", "term", "terminal-nowhere", "session"]) assert.deepEqual(namesOf(word), []);
});
