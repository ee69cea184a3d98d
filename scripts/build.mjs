/** Builds dist/ from scratch and stamps it with a hash of everything that the package ships. */

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

process.chdir(fileURLToPath(new URL("..", import.meta.url)));
rmSync("dist", { recursive: true, force: true });
execFileSync("node_modules/.bin/tsc", ["-p", "tsconfig.build.json"], { stdio: "inherit" });
for (const name of readdirSync("dist/bin")) chmodSync(`dist/bin/${name}`, 0o755);

// The installed copy is named after this id: another build, another directory.
const hash = createHash("sha256");
for (const file of ["package.json", ...["dist", "templates", "config"].flatMap(tree)]) {
  hash.update(`${file}\0`).update(readFileSync(file));
}
writeFileSync("dist/build.json", `${JSON.stringify({ id: hash.digest("hex").slice(0, 12) })}\n`);

/** Files below a directory, in a fixed order. */
function tree(directory) {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`)
    .sort();
}
