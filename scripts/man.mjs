#!/usr/bin/env node
// Writes man/man1 from the commands in src/cli; a test says when it is due.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const scratch = mkdtempSync(`${tmpdir()}/man-`);
try {
  const outfile = `${scratch}/man.mjs`;
  const banner = 'import { createRequire as c } from "node:module"; const require = c(import.meta.url);';
  await build({
    entryPoints: [`${root}src/cli/man-document.ts`],
    outfile,
    bundle: true,
    format: "esm",
    platform: "node",
    banner: { js: banner },
  });
  const { manPages } = await import(outfile);
  mkdirSync(`${root}man/man1`, { recursive: true });
  for (const [name, text] of Object.entries(await manPages())) writeFileSync(`${root}man/man1/${name}`, text);
} finally {
  rmSync(scratch, { recursive: true });
}
