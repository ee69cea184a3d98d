/** Prints requests, streams and delay through the proxy and what could stand in its place, interleaved in one run in the lab. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { $ } from "zx";
import { median } from "./median.mjs";

const ROUNDS = process.argv[2] ?? "5";
const THERE = "/opt/bench";
/** wrk comes from Debian and goes into the lab unpacked: the lab's own image stays as it is. */
const PACKAGES = ["wrk", "libluajit-5.1-2"];
const PROGRAMS = ["bench-proxy-host.mjs", "bench-proxy-measure.mjs", "bench-proxy-upstream.mjs"];
const BASE = "nginx on the host";

const scratch = mkdtempSync(`${tmpdir()}/bench-`);
try {
  const here = $({ cwd: scratch, quiet: true });
  await here`apt-get download ${PACKAGES}`;
  await here`for package in *.deb; do dpkg -x "$package" .; done; rm *.deb`;
  await $({ quiet: true })`cp ${PROGRAMS.map((name) => `scripts/${name}`)} ${scratch}`;
  await $({
    quiet: true,
  })`tar -C ${scratch} -c . | scripts/lab exec -- sh -c ${`mkdir -p ${THERE}; tar -C ${THERE} -x`}`;
} finally {
  rmSync(scratch, { recursive: true });
}
const program = [`${THERE}/bench-proxy-host.mjs`, `${THERE}/bench-proxy-upstream.mjs`, ROUNDS];
const { stdout } = await $({ quiet: true })`scripts/lab exec -- node ${program}`;
const rows = JSON.parse(stdout.trim().split("\n").at(-1)).map(({ requests, ...row }) => ({
  ...row,
  requests: requests.map(({ rate }) => rate),
  processor: requests.map(({ microseconds }) => microseconds),
}));

/** Round by round against the base, then the median: what slows the machine for a while slows both. */
const ratio = (row, kind) => {
  const base = rows.find(({ name }) => name === BASE)[kind];
  return median(row[kind].map((value, round) => value / base[round]));
};
const HEADINGS = [
  "requests/s",
  "processor time each",
  "answered in 5 ms",
  "MB/s of tokens",
  "at 1 ms a token",
  "delay of a token",
];
console.log(`${"variant".padEnd(26)}${HEADINGS.map((heading) => heading.padStart(20)).join("")}`);
for (const row of rows) {
  const columns = [
    `${median(row.requests).toFixed(0)} (${ratio(row, "requests").toFixed(2)} x)`,
    `${median(row.processor).toFixed(0)} us`,
    `${median(row.waiting).toFixed(0)} (${ratio(row, "waiting").toFixed(2)} x)`,
    `${(median(row.streams) / 2 ** 20).toFixed(2)} (${ratio(row, "streams").toFixed(2)} x)`,
    `${(median(row.paced) / 2 ** 20).toFixed(2)} (${ratio(row, "paced").toFixed(2)} x)`,
    `${median(row.delay).toFixed(2)} ms`,
  ];
  console.log(`${row.name.padEnd(26)}${columns.map((column) => column.padStart(20)).join("")}`);
}
