/** Runs on the lab host: takes each command in turn, several rounds, and prints milliseconds and megabytes as JSON. */
import { execFileSync, spawnSync } from "node:child_process";
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

/** The same by the way that a hand would take. */
const askAsGuest = (service) => {
  const units = service.units.map((unit) => unit.unit);
  return ["systemctl", "--user", "-M", `${service.user}@`, "show", "--property=Id,ActiveState", ...units];
};
/** Every account is asked; the one that took longest is what all together are compared with. */
const SLOWEST_BARE = "the slowest account, asked so";
const SLOWEST = "svc status of the slowest account";

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
  { name: "systemctl --user -M USER@ show", argv: askAsGuest(vllm) },
  {
    name: "node that asks it (setpriv)",
    argv: [process.execPath, "-e", ASK, JSON.stringify(ask(vllm))],
    floor: "systemctl --user -M USER@ show",
  },
  { name: "svc list", argv: ["svc", "list"], floor: "node -e 0" },
  { name: `svc status ${vllm.name}`, argv: ["svc", "status", vllm.name], floor: "systemctl --user -M USER@ show" },
  ...index.services.map((service) => ({ name: SLOWEST_BARE, argv: askAsGuest(service) })),
  ...index.services.map(({ name }) => ({ name: SLOWEST, argv: ["svc", "status", name] })),
  { name: "svc status", argv: ["svc", "status"], floor: SLOWEST },
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

/** The part of a core that `svc top` takes while it draws on a terminal, the start apart. */
async function partOfACore(seconds) {
  const unit = "bench-top";
  const run = (...args) =>
    execFileSync(args[0], args.slice(1), { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  const used = () => Number(run("systemctl", "show", "--value", "--property=CPUUsageNSec", unit)) / 1e9;
  const sleep = (time) => new Promise((resolve) => setTimeout(resolve, time * 1000));
  const terminal = ["script", "--quiet", "--return", "--flush", "--command", "svc top", "/dev/null"];
  run(
    "systemd-run",
    `--unit=${unit}`,
    "--property=CPUAccounting=yes",
    "sh",
    "-c",
    'sleep infinity | "$@"',
    "sh",
    ...terminal,
  );
  try {
    await sleep(10);
    const [begun, before] = [performance.now(), used()];
    await sleep(seconds);
    return (used() - before) / ((performance.now() - begun) / 1000);
  } finally {
    run("systemctl", "stop", unit);
  }
}

const measured = cases.map(({ name, argv, floor }, position) => {
  const sorted = times[position].sort((a, b) => a - b);
  return { name, floor, argv, min: sorted[0], median: sorted[Math.floor(sorted.length / 2)], max: sorted.at(-1) };
});
/** Of rows of one name, the slowest. */
const isShown = (row) => measured.every((other) => other.name !== row.name || other.median <= row.median);
const rows = measured.filter(isShown).map(({ argv, ...row }) => ({ ...row, megabytes: peak(argv) }));
console.log(JSON.stringify({ rows, top: await partOfACore(60) }));
