/**
 * Builds dist/ from scratch: one bundle for each command with shared chunks, the libraries inside, so that a command starts
 * in the time of node itself and the package has no dependencies. Types are checked elsewhere (npm run types).
 */
import { createHash } from "node:crypto";
import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

process.chdir(fileURLToPath(new URL("..", import.meta.url)));
rmSync("dist", { recursive: true, force: true });
const { metafile } = await build({
  entryPoints: readdirSync("src/bin").map((name) => `src/bin/${name}`),
  outdir: "dist",
  // Both two levels below the root of the package: src/cli/package.ts counts on it.
  entryNames: "bin/[name]",
  chunkNames: "chunks/[name]-[hash]",
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20.19",
  // Not minified: what runs as root can be read on the host.
  legalComments: "none",
  metafile: true,
  // Libraries in CommonJS call require() for node's own modules.
  banner: {
    js: 'import { createRequire as createRequireOf } from "node:module"; const require = createRequireOf(import.meta.url);',
  },
});
for (const name of readdirSync("dist/bin")) chmodSync(`dist/bin/${name}`, 0o755);
writeFileSync("dist/LICENSES.txt", licences(Object.keys(metafile.inputs)));

// The installed copy is named after this id: another build, another directory.
const hash = createHash("sha256");
for (const file of ["package.json", ...["dist", "templates", "config"].flatMap(tree)]) {
  hash.update(`${file}\0`).update(readFileSync(file));
}
writeFileSync("dist/build.json", `${JSON.stringify({ id: hash.digest("hex").slice(0, 12) })}\n`);

/** The licences of the bundled libraries, which want to travel with their code. */
function licences(inputs) {
  const roots = inputs.flatMap((input) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1] ?? []);
  return [...new Set(roots)]
    .sort()
    .map((root) => {
      const { name, version, license } = JSON.parse(readFileSync(`${root}/package.json`, "utf8"));
      const file = ["LICENSE", "license", "LICENSE.md", "LICENSE.txt", "LICENCE"].find((one) =>
        existsSync(`${root}/${one}`),
      );
      const text = file === undefined ? "" : readFileSync(`${root}/${file}`, "utf8");
      return `${name} ${version} (${typeof license === "string" ? license : "see below"})\n\n${text}`;
    })
    .join(`\n${"-".repeat(80)}\n`);
}

/** Files below a directory, in a fixed order. */
function tree(directory) {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`)
    .sort();
}
