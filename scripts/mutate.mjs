// Tries the faults of test/mutations.yaml, each in a copy of the project: the unit tests named beside it must fail. The last line says
// "N passed, N failed".
//   node scripts/mutate.mjs          all of them
//   node scripts/mutate.mjs TEXT     those with this in what they are about, or in their file
import { spawn, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";

const root = new URL("..", import.meta.url).pathname;
const part = process.argv[2] ?? "";
const mutations = parse(readFileSync(join(root, "test/mutations.yaml"), "utf8")).filter(
  ({ what, file }) => what.includes(part) || file.includes(part),
);
const directory = mkdtempSync(join(tmpdir(), "mutate-"));
process.on("exit", () => rmSync(directory, { recursive: true, force: true }));
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(1));

const tracked = spawnSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
  cwd: root,
  encoding: "utf8",
});
const files = tracked.stdout.split("\n").filter((name) => name !== "");

/** A copy of what git knows, with the installed libraries. */
function copyOf(name) {
  const copy = join(directory, name);
  for (const file of files) {
    mkdirSync(join(copy, file, ".."), { recursive: true });
    cpSync(join(root, file), join(copy, file));
  }
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
  return copy;
}

/** Undefined where the fault was noticed. */
async function survives(copy, { file, from, to, tests }) {
  const path = join(copy, file);
  const text = readFileSync(path, "utf8");
  const found = text.split(from).length - 1;
  if (found !== 1) return `${file} has it ${found} times`;
  writeFileSync(
    path,
    text.replace(from, () => to),
  );
  try {
    const code = await new Promise((resolve) => {
      const argv = ["vitest", "run", "--project", "unit", "--bail", "1", "--reporter", "dot", tests];
      spawn("npx", argv, { cwd: copy, stdio: "ignore" }).on("exit", resolve);
    });
    return code === 0 ? `${tests} does not notice it` : undefined;
  } finally {
    writeFileSync(path, text);
  }
}

const counts = { passed: 0, failed: 0 };
const begun = performance.now();
const queue = [...mutations];
async function work(name) {
  const copy = copyOf(name);
  for (let mutation = queue.shift(); mutation !== undefined; mutation = queue.shift()) {
    const problem = await survives(copy, mutation);
    counts[problem === undefined ? "passed" : "failed"] += 1;
    console.log(problem === undefined ? `noticed: ${mutation.what}` : `SURVIVES: ${mutation.what} (${problem})`);
  }
}
await Promise.all(Array.from({ length: Math.min(4, availableParallelism()) }, (_, index) => work(`copy-${index}`)));
console.log(`${mutations.length} faults in ${Math.round((performance.now() - begun) / 1000)} s`);
console.log(`${counts.passed} passed, ${counts.failed} failed`);
process.exitCode = counts.failed === 0 && counts.passed > 0 ? 0 : 1;
