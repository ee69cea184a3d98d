/**
 * Builds dist/ from scratch: the libraries inside, so that a command starts in the time of node itself and the package has no
 * dependencies. CommonJS, which starts in half the time that ES modules take, and which V8 can keep in compiled form (see
 * src/system/compiled.ts). The programs that carry out runs share nearly all they have, and are one file; the small ones are a
 * file each. Types are checked elsewhere (npm run types).
 */
import { createHash } from "node:crypto";
import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import Handlebars from "handlebars";

process.chdir(fileURLToPath(new URL("..", import.meta.url)));
rmSync("dist", { recursive: true, force: true });
const options = {
  bundle: true,
  platform: "node",
  target: "node20.19",
  format: "cjs",
  // A script that is given to V8 by hand has nobody to ask for a module.
  supported: { "dynamic-import": false },
  // Not minified: what runs as root can be read on the host.
  legalComments: "none",
  metafile: true,
  define: { "import.meta.url": "ownUrl" },
  banner: { js: 'const ownUrl = require("node:url").pathToFileURL(__filename).href;' },
  plugins: [
    { name: "precompiled", setup: precompile },
    { name: "preparsed", setup: preparse },
    { name: "apart", setup: leaveApart },
  ],
};
/** What each file of dist/lib is made of: both two levels below the root of the package, as src/cli/package-root.ts counts on. */
const PARTS = {
  programs: "src/cli/programs.ts",
  svc: "src/cli/svc-program.ts",
  "opik-manage": "src/cli/opik-program.ts",
  // A timer starts it every minute.
  metrics: "src/cli/metrics.ts",
  // What draws on a terminal, for the one command that does: svc loads it from beside itself.
  terminal: "src/cli/terminal.ts",
};
const commands = readdirSync("src/bin").map((name) => [`bin/${name.slice(0, -3)}`, `src/bin/${name}`]);
const parts = Object.entries(PARTS).map(([name, path]) => [`lib/${name}`, path]);
const inputs = [];
for (const [name, entry] of [...parts, ...commands]) {
  const { metafile } = await build({ ...options, entryPoints: [entry], outfile: `dist/${name}.cjs` });
  inputs.push(...Object.keys(metafile.inputs));
  plain(`dist/${name}.cjs`);
}
for (const name of readdirSync("dist/bin")) chmodSync(`dist/bin/${name}`, 0o755);
writeFileSync("dist/LICENSES.txt", licences(inputs));

// The installed copy is named after this id: another build, another directory.
const hash = createHash("sha256");
for (const file of ["package.json", ...["dist", "templates", "config"].flatMap(tree)]) {
  hash.update(`${file}\0`).update(readFileSync(file));
}
writeFileSync("dist/build.json", `${JSON.stringify({ id: hash.digest("hex").slice(0, 12) })}\n`);

/** esbuild leaves other characters than ASCII in regular expressions and comments; with one of them V8 takes twice the memory for all. */
function plain(file) {
  const escaped = (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  writeFileSync(file, readFileSync(file, "utf8").replace(/[^\0-\x7f]/g, escaped));
}

/** What is loaded when it is needed, and from a file of its own: others do not even read it. */
function leaveApart({ onResolve }) {
  onResolve({ filter: /^\.\/terminal\.ts$/ }, ({ kind }) =>
    kind === "dynamic-import" ? { path: "./terminal.cjs", external: true } : undefined,
  );
}

/** Fills src/render/precompiled.ts with the built-in templates; the options are those of src/render/handlebars.ts. */
function precompile({ onLoad }) {
  onLoad({ filter: /src\/render\/precompiled\.ts$/ }, () => {
    const sources = tree("templates").map((file) => readFileSync(file, "utf8"));
    const entries = sources.map((source) => {
      const compiled = Handlebars.precompile(source, { strict: true, noEscape: true, knownHelpersOnly: false });
      return `[${JSON.stringify(source)}, ${compiled}]`;
    });
    return { contents: `export const precompiled = new Map([${entries.join(",\n")}]);`, loader: "js" };
  });
}

/** Fills src/config/preparsed.ts with the built-in YAML files, read by the product's own parser. */
function preparse({ onLoad }) {
  onLoad({ filter: /src\/config\/preparsed\.ts$/ }, async () => {
    const { parseYaml, packNode } = await productsOwn(
      'export * from "./src/config/parse.ts"; export * from "./src/config/packed.ts";',
    );
    const refuse = ({ place }, message) => {
      throw new Error(`${place.file}:${place.line}:${place.column}: ${message}`);
    };
    const entries = tree("config")
      .filter((file) => file.endsWith(".yaml"))
      .map((file) => ({ file, text: readFileSync(file, "utf8") }))
      .map((source) => [source.text, JSON.stringify(packNode(parseYaml(source, refuse)))]);
    return { contents: `export const preparsed = new Map(${JSON.stringify(entries)});`, loader: "js" };
  });
}

/** Modules of src/, for the build itself: in a file here, because they find the libraries from where they lie. */
async function productsOwn(contents) {
  const outfile = fileURLToPath(new URL("../dist/own.mjs", import.meta.url));
  const stdin = { contents, resolveDir: ".", loader: "ts" };
  await build({ stdin, outfile, bundle: true, packages: "external", format: "esm", platform: "node" });
  try {
    return await import(outfile);
  } finally {
    rmSync(outfile);
  }
}

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
