/** Modules of the sources, for scripts that write what is made from them: bundled in a directory of its own, imported, and gone again. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

export const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** What `source`, a path below the root, exports. */
export async function load(source) {
  const scratch = mkdtempSync(`${tmpdir()}/load-`);
  try {
    const outfile = `${scratch}/module.mjs`;
    // Libraries in CommonJS call require() for node's own modules.
    const banner = 'import { createRequire as c } from "node:module"; const require = c(import.meta.url);';
    const entryPoints = [`${ROOT}${source}`];
    await build({ entryPoints, outfile, bundle: true, format: "esm", platform: "node", banner: { js: banner } });
    return await import(outfile);
  } finally {
    rmSync(scratch, { recursive: true });
  }
}
