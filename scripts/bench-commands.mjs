/** Prints how long each command takes in the lab, beside the cheapest program that could do the same, and its memory. */
import { readFileSync } from "node:fs";
import { $ } from "zx";

const RUNS = process.argv[2] ?? "21";
const host = readFileSync(new URL("./bench-commands-host.mjs", import.meta.url), "utf8");

// The measuring program runs on the host itself, so that entering the lab is not part of any figure.
const { stdout } = await $({ input: host, quiet: true })`scripts/lab exec -- node --input-type=module - ${RUNS}`;
const { rows, top } = JSON.parse(stdout);

console.log(["command".padEnd(38), "    min", " median", "    max", " memory", "times its floor"].join("  "));
for (const { name, min, median, max, floor, megabytes } of rows) {
  const base = rows.find((row) => row.name === floor);
  const ratio = base === undefined ? "" : `${(median / base.median).toFixed(2)} x ${floor}`;
  const times = [min, median, max].map((ms) => `${ms.toFixed(0)} ms`.padStart(7));
  const memory = megabytes === undefined ? "" : `${megabytes.toFixed(0)} MB`;
  console.log([name.padEnd(38), ...times, memory.padStart(7), ratio].join("  ").trimEnd());
}
console.log(`svc top, drawn every two seconds: ${(top * 100).toFixed(2)} % of a core`);
