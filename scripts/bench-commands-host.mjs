/** Runs on the lab host: takes each command in turn, several rounds, and prints milliseconds and megabytes as JSON. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";

const rounds = Number(process.argv[2]);
const index = JSON.parse(readFileSync("/var/lib/install-quadlets/index.json", "utf8"));
const vllm = index.services.find((service) => service.from.startsWith("vllm"));

/** The same question that svc asks, without svc. */
const ask = (service) => [
  "setpriv",
  "--reuid",
  String(service.uid),
  "--regid",
  String(service.gid),
  "--init-groups",
  "--",
  "env",
  `XDG_RUNTIME_DIR=/run/user/${service.uid}`,
  "systemctl",
  "--user",
  "show",
  "--property=Id,ActiveState",
  ...service.units.map((unit) => unit.unit),
];

/** The least that a program in Node can take for it: it starts, asks, and prints. */
const ASK = `
  const [program, ...args] = JSON.parse(process.argv[1]);
  require("node:child_process").spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] }).stdout.pipe(process.stdout);
`;

/**
 * The least that finding out "nothing to do" can cost: node starts, reads the files that would be written, and asks every
 * user manager once, side by side.
 */
const FLOOR = `
  const { readFileSync } = require("node:fs");
  const { spawn } = require("node:child_process");
  for (const file of JSON.parse(process.argv[1])) readFileSync(file);
  for (const [program, ...args] of JSON.parse(process.argv[2])) spawn(program, args, { stdio: "ignore" });
`;
const { files } = JSON.parse(readFileSync("/var/lib/install-quadlets/applied.json", "utf8"));
const floor = [
  process.execPath,
  "-e",
  FLOOR,
  JSON.stringify(files.filter(existsSync)),
  JSON.stringify(index.services.map(ask)),
];

const cases = [
  { name: "node -e 0", argv: [process.execPath, "-e", "0"] },
  { name: "install-quadlets --version", argv: ["install-quadlets", "--version"], floor: "node -e 0" },
  { name: "systemctl --user show (setpriv)", argv: ask(vllm) },
  {
    name: "systemctl --user -M USER@ show",
    argv: ["systemctl", "--user", "-M", `${vllm.user}@`, "show", vllm.units[0].unit],
  },
  {
    name: "node that asks it (setpriv)",
    argv: [process.execPath, "-e", ASK, JSON.stringify(ask(vllm))],
    floor: "systemctl --user -M USER@ show",
  },
  { name: "svc list", argv: ["svc", "list"], floor: "node -e 0" },
  { name: `svc status ${vllm.name}`, argv: ["svc", "status", vllm.name], floor: "systemctl --user -M USER@ show" },
  { name: "install-quadlets doctor", argv: ["install-quadlets", "doctor"], floor: "node -e 0", mayEnd: [0, 1] },
  { name: "floor of a run with nothing to do", argv: floor },
  {
    name: "install-quadlets --yes, nothing to do",
    argv: ["install-quadlets", "--yes"],
    floor: "floor of a run with nothing to do",
  },
];

// Round by round, not case by case: what slows the machine for a while slows every case.
const times = cases.map(() => []);
for (let round = 0; round < rounds; round++) {
  for (const [position, { name, argv, mayEnd = [0] }] of cases.entries()) {
    const begun = performance.now();
    const result = spawnSync(argv[0], argv.slice(1), { stdio: "ignore" });
    times[position].push(performance.now() - begun);
    if (!mayEnd.includes(result.status)) throw new Error(`${name}: exit code ${result.status}`);
  }
}

/** The most memory that a command of ours has at any time: each writes it down as it ends. */
function peak(argv) {
  const scratch = mkdtempSync("/run/bench-");
  const note = `require("node:fs").writeFileSync("${scratch}/peak", String(process.resourceUsage().maxRSS))`;
  writeFileSync(`${scratch}/note.cjs`, `process.on("exit", () => ${note});`);
  const env = { ...process.env, NODE_OPTIONS: `--require=${scratch}/note.cjs` };
  spawnSync(argv[0], argv.slice(1), { stdio: "ignore", env });
  const kilobytes = existsSync(`${scratch}/peak`) ? Number(readFileSync(`${scratch}/peak`, "utf8")) : undefined;
  rmSync(scratch, { recursive: true });
  return kilobytes === undefined ? undefined : kilobytes / 1024;
}

const rows = cases.map(({ name, argv, floor }, position) => {
  const sorted = times[position].sort((a, b) => a - b);
  return {
    name,
    floor,
    min: sorted[0],
    median: sorted[Math.floor(sorted.length / 2)],
    max: sorted.at(-1),
    megabytes: peak(argv),
  };
});
console.log(JSON.stringify(rows));
