#!/usr/bin/env node
// Writes docs/rules.md from the rules in src/rules, docs/doctor.md from the checks in src/diagnosis, and docs/errors.md from the kinds of
// errors in src/model; tests say when it is due.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const scratch = mkdtempSync(`${tmpdir()}/rules-`);

async function load(source) {
  const outfile = `${scratch}/${source.replaceAll("/", "-")}.mjs`;
  await build({ entryPoints: [`${root}${source}`], outfile, bundle: true, format: "esm", platform: "node" });
  return await import(outfile);
}

try {
  const { rulesDocument } = await load("src/rules/document.ts");
  const { checksDocument } = await load("src/diagnosis/document.ts");
  const { errorsDocument } = await load("src/cli/error-pages.ts");
  writeFileSync(`${root}docs/rules.md`, rulesDocument());
  writeFileSync(`${root}docs/doctor.md`, checksDocument());
  writeFileSync(`${root}docs/errors.md`, errorsDocument());
} finally {
  rmSync(scratch, { recursive: true });
}
