/*
 * docs/figures.md, the figures of the last whole run: the tables as the command prints them, the sizes of images, and
 * the computer that measured them.
 */
import { spawnSync } from "node:child_process";
import { cpus } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = resolve(fileURLToPath(import.meta.url), "../../..");

export const PAGE = join(root, "docs/figures.md");

/** The systems whose images have a budget. */
const SYSTEMS = ["hello", "shell"];

/** The page. `measured` says when, at which commit and on what; `figures` and `sizes` are tables. */
export function pageOf({ measured, figures, sizes }) {
  return `# Figures of the last run

Written by \`make bench\`; [performance.md](performance.md) says what each line measures, and why a budget is missed.

${measured.trim()}

\`\`\`
${figures.trimEnd()}
\`\`\`

## Sizes

Bytes of images built with \`--release\`, as \`rumpk size\` prints them, and the stack that their parts need.

\`\`\`
${sizes.trimEnd()}
\`\`\`
`;
}

/** When and where this run took place. */
export function measuredHere() {
  const commit = spawnSync("git", ["rev-parse", "--short", "HEAD"], { cwd: root, encoding: "utf8" });
  const of = commit.status === 0 ? `commit ${commit.stdout.trim()}` : "a tree without git";
  const date = new Date().toISOString().slice(0, 10);
  return `Measured on ${date}, ${of}, Node ${process.versions.node}, ${cpus().length} processors: ${cpus()[0].model.trim()}.`;
}

/** The output of \`rumpk size\` for the systems with a budget. */
export function measureSizes() {
  const texts = SYSTEMS.map((system) => {
    const args = [join(root, "host/cli/rumpk.mjs"), "size", "--system", system];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: "utf8" });
    if (status !== 0) throw new Error(`rumpk size --system ${system}: ${stderr}`);
    return stdout.trimEnd();
  });
  return texts.join("\n\n");
}
