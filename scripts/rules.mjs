#!/usr/bin/env node
// Writes docs/rules.md from the rules in src/rules; a test says when it is due.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const scratch = mkdtempSync(`${tmpdir()}/rules-`);
try {
  const outfile = `${scratch}/document.mjs`;
  await build({
    entryPoints: [`${root}src/rules/document.ts`],
    outfile,
    bundle: true,
    format: "esm",
    platform: "node",
  });
  const { rulesDocument } = await import(outfile);
  writeFileSync(`${root}docs/rules.md`, rulesDocument());
} finally {
  rmSync(scratch, { recursive: true });
}
