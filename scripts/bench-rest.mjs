/** Prints what the default stack costs in the lab while nothing happens, and how soon a container that hangs is killed. */
import { readFileSync } from "node:fs";
import { $ } from "zx";

const SECONDS = process.argv[2] ?? "180";

async function onHost(file, ...args) {
  const input = readFileSync(new URL(file, import.meta.url), "utf8");
  const { stdout } = await $({ input, quiet: true })`scripts/lab exec -- node --input-type=module - ${args}`;
  return JSON.parse(stdout);
}

const sum = (list) => list.reduce((total, value) => total + value, 0);
const columns = (...cells) =>
  console.log(cells.map((cell, at) => (at === 0 ? cell.padEnd(28) : cell.padStart(12))).join(""));

const { cpu, lines } = await onHost("./bench-rest-host.mjs", SECONDS);
const isOf = (name) => (line) => line.name.startsWith(`${name}: `);
columns(`at rest, ${SECONDS} s`, "of a core", "lines/min");
for (const { name, percent } of cpu) {
  const written = sum(lines.filter(isOf(name)).map((line) => line.perMinute));
  columns(name, `${percent.toFixed(2)} %`, written.toFixed(1));
}
const isLab = (line) => line.name === "the lab itself";
const ours = lines.filter((line) => !isLab(line));
columns(
  "together",
  `${sum(cpu.map((row) => row.percent)).toFixed(2)} %`,
  sum(ours.map((line) => line.perMinute)).toFixed(1),
);
columns("the lab itself", "", sum(lines.filter(isLab).map((line) => line.perMinute)).toFixed(1));
for (const { name, perMinute } of ours.sort((a, b) => b.perMinute - a.perMinute))
  columns(`  ${name}`, "", perMinute.toFixed(1));

console.log();
columns("all frozen at once", "killed after");
const killed = await onHost("./bench-rest-frozen.mjs");
for (const { name, seconds } of killed) columns(name, seconds === undefined ? "never" : `${seconds.toFixed(0)} s`);
