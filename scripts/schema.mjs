#!/usr/bin/env node
// Writes config/*.schema.json from the formats in src/config/schema; a test says when it is due.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const scratch = mkdtempSync(`${tmpdir()}/schema-`);
try {
  const outfile = `${scratch}/json-schema.mjs`;
  await build({
    entryPoints: [`${root}src/config/json-schema.ts`],
    outfile,
    bundle: true,
    format: "esm",
    platform: "node",
  });
  const { jsonSchemas } = await import(outfile);
  for (const [name, text] of Object.entries(jsonSchemas())) writeFileSync(`${root}config/${name}`, text);
} finally {
  rmSync(scratch, { recursive: true });
}
