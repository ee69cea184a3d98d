#!/usr/bin/env node
// Compares `check` with the generator of a root file system over files that are invented from a seed: test/oracle/main.ts.
//   node scripts/oracle.mjs ROOT [RUNS [SEED [SHOWN]]]     the last counts the disagreements that are shown, each as small as it gets
//   node scripts/oracle.mjs ROOT record                    writes anew what that generator makes of the files in test/cases/oracle
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const scratch = mkdtempSync(`${tmpdir()}/oracle-`);
process.on("exit", () => rmSync(scratch, { recursive: true, force: true }));
const outfile = `${scratch}/main.mjs`;
await build({
  entryPoints: [fileURLToPath(new URL("../test/oracle/main.ts", import.meta.url))],
  outfile,
  bundle: true,
  format: "esm",
  platform: "node",
  // yaml, for the cases, is CommonJS
  banner: {
    js: `import { createRequire } from "node:module"; const require = createRequire(${JSON.stringify(import.meta.url)});`,
  },
});
await import(pathToFileURL(outfile).href);
