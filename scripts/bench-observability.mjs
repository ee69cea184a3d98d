/** Prints what it costs in the lab, while nothing happens, that everything is watched: each service of the group, and the look of each minute. */
import { readFileSync } from "node:fs";
import { $ } from "zx";
import { median } from "./median.mjs";

const SECONDS = process.argv[2] ?? "180";
const GROUP = [
  "prometheus",
  "alertmanager",
  "node-exporter",
  "grafana",
  "loki",
  "alloy",
  "gpu-exporter",
  "nginx-exporter",
];
/** Programs that are not the real ones in the lab. */
const PRETEND = ["grafana", "loki", "alloy", "gpu-exporter"];

const input = readFileSync(new URL("./bench-rest-host.mjs", import.meta.url), "utf8");
const asked = await $({ input, quiet: true })`scripts/lab exec -- node --input-type=module - ${SECONDS}`;
const { cpu, lines } = JSON.parse(asked.stdout);

const sum = (list) => list.reduce((total, value) => total + value, 0);
const columns = (...cells) =>
  console.log(cells.map((cell, at) => (at === 0 ? cell.padEnd(28) : cell.padStart(12))).join(""));
const linesOf = (name) => sum(lines.filter((line) => line.name.startsWith(`${name}: `)).map((line) => line.perMinute));
const row = (name, rows, written) =>
  columns(
    name,
    `${sum(rows.map(({ percent }) => percent)).toFixed(2)} %`,
    `${(sum(rows.map(({ bytes }) => bytes)) / 2 ** 20).toFixed(0)} MiB`,
    written.toFixed(1),
  );

columns(`watched, ${SECONDS} s`, "of a core", "memory", "lines/min");
const watching = cpu.filter(({ name }) => GROUP.includes(name));
for (const one of watching)
  row(PRETEND.includes(one.name) ? `${one.name} (stand-in)` : one.name, [one], linesOf(one.name));
row("together", watching, sum(GROUP.map(linesOf)));
const others = cpu.filter(({ name }) => !GROUP.includes(name) && name !== "the host");
row("the other services", others, sum(others.map(({ name }) => linesOf(name))));
row(
  "the host",
  cpu.filter(({ name }) => name === "the host"),
  linesOf("the host"),
);
for (const { name, perMinute } of lines
  .filter((line) => line.name !== "the lab itself")
  .sort((a, b) => b.perMinute - a.perMinute))
  columns(`  ${name}`, "", "", perMinute.toFixed(1));

/** Processor time of the program and what it starts, and of the user managers that it asks; in seconds. */
const LOOK = `
  managers() { cat /sys/fs/cgroup/user.slice/user-*.slice/user@*.service/init.scope/cpu.stat | awk '/^usage_usec/ { n += $2 } END { print n / 1e6 }'; }
  for _ in 1 2 3 4 5; do
    before=$(managers)
    systemctl start install-quadlets-metrics.service
    own=$(systemctl show --value --property=CPUUsageNSec install-quadlets-metrics.service)
    echo "$own $before $(managers)"
  done`;
const looks = (await $({ quiet: true })`scripts/lab exec -- bash -euc ${LOOK}`).stdout
  .trim()
  .split("\n")
  .map((line) => line.split(" ").map(Number));
const own = median(looks.map(([nanoseconds]) => nanoseconds / 1e9));
const asking = median(looks.map(([, before, after]) => after - before));
console.log(
  `\ninstall-quadlets metrics: ${own.toFixed(2)} s of a core, and ${asking.toFixed(2)} s of the managers that it asks`,
);
