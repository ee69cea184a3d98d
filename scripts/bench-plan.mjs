/**
 * Config, render and plan of many generated services, with the host's facts made up in memory: milliseconds and peak memory,
 * and how they grow. `[ROUNDS=3] node scripts/bench-plan.mjs [SERVICES ...]`; each run has a process of its own.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const ROUNDS = Number(process.env.ROUNDS ?? 3);

/** What the measured process imports, straight from the sources. */
const PROGRAM = `
  export { resolveStack } from "./src/config/resolve.ts";
  export { makePlan } from "./src/plan/make-plan.ts";
  export { renderState } from "./src/render/desired-state.ts";
  export { assignIdentities } from "./src/render/identities.ts";
  export { settledWorld } from "./test/plan/support.ts";
`;

const sizes = process.argv.slice(2).map(Number);
await compare(sizes.length > 0 ? sizes : [100, 1000]);

async function compare(sizes) {
  const scratch = mkdtempSync(`${tmpdir()}/bench-`);
  try {
    const outfile = `${scratch}/src/bench/program.mjs`;
    await build({
      stdin: { contents: PROGRAM, resolveDir: ROOT, loader: "ts" },
      outfile,
      bundle: true,
      format: "esm",
      platform: "node",
      banner: { js: 'import { createRequire as make } from "node:module"; const require = make(import.meta.url);' },
    });
    const rows = sizes.map((size) => best(outfile, size));
    print(rows);
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

/** The quickest of several runs: what slows a machine for a while is not what grows with the services. */
function best(program, size) {
  const runs = Array.from({ length: ROUNDS }, () => {
    const argv = [`${ROOT}scripts/bench-plan-measure.mjs`, program, String(size)];
    return JSON.parse(execFileSync(process.execPath, argv, { encoding: "utf8" }));
  });
  return runs.sort((a, b) => a.render + a.plan - b.render - b.plan)[0];
}

function print(rows) {
  const cells = ({ services, units, config, render, plan, empty, megabytes }) => {
    const times = [config, render, plan, empty, render + plan].map((ms) => `${ms.toFixed(0)} ms`.padStart(9));
    return [
      String(services).padStart(8),
      String(units).padStart(6),
      ...times,
      `${megabytes.toFixed(0)} MB`.padStart(8),
    ];
  };
  console.log("services   units   config    render      plan  all new  rend.+plan    memory");
  for (const row of rows) console.log(cells(row).join(" "));
  const [first, last] = [rows[0], rows.at(-1)];
  if (first === last) return;
  const times = (key) => (last[key] / first[key]).toFixed(1);
  const both = ((last.render + last.plan) / (first.render + first.plan)).toFixed(1);
  const more = (last.services / first.services).toFixed(0);
  console.log(
    `${more} x the services: config ${times("config")} x, render ${times("render")} x, plan ${times("plan")} x, render and plan ${both} x`,
  );
}
