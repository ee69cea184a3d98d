/**
 * Runs on the lab host while nothing happens: processor time of every account by its cgroup, which keeps what ended processes
 * took and counts without the cpu controller as well; its memory by its processes, where what they share counts for each in part; and who
 * wrote how many lines into the journal. Prints JSON.
 */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";

const seconds = Number(process.argv[2]);
/** Health checks that asked every two seconds are over by then, and what a start leaves to do. */
const SETTLE_SECONDS = 60;
const CGROUPS = "/sys/fs/cgroup";
const { services } = JSON.parse(readFileSync("/var/lib/install-quadlets/index.json", "utf8"));
const accounts = services.map(({ name, uid }) => ({
  name,
  uid: String(uid),
  groups: [`user.slice/user-${uid}.slice`],
}));
/** What it costs the host that they run: units of the user managers, lines of the journal, calls over the bus. */
const host = { groups: ["init.scope", "system.slice/systemd-journald.service", "system.slice/dbus.service"] };

const run = ([program, ...args]) => execFileSync(program, args, { encoding: "utf8", maxBuffer: 2 ** 28 });
const sleep = (time) => new Promise((resolve) => setTimeout(resolve, time * 1000));

async function waitUntilUp() {
  for (;;) {
    const { units } = JSON.parse(run(["svc", "list", "--all", "--json"]));
    if (units.every((unit) => unit.up)) return;
    await sleep(2);
  }
}

/** Microseconds of processor time of a cgroup and all below it, since it was made. */
function usage(group) {
  const file = `${CGROUPS}/${group}/cpu.stat`;
  return existsSync(file) ? Number(/^usage_usec (\d+)$/m.exec(readFileSync(file, "utf8"))[1]) : 0;
}

const usages = () => [...accounts, host].map(({ groups }) => groups.reduce((sum, group) => sum + usage(group), 0));

/** Bytes of all processes in a cgroup and below it; one that ends meanwhile has none. */
function memory(group) {
  const directory = `${CGROUPS}/${group}`;
  if (!existsSync(directory)) return 0;
  const below = readdirSync(directory, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const own = readFileSync(`${directory}/cgroup.procs`, "utf8").split("\n").filter(Boolean).map(sizeOf);
  return [...own, ...below.map(({ name }) => memory(`${group}/${name}`))].reduce((sum, size) => sum + size, 0);
}

function sizeOf(pid) {
  try {
    return Number(/^Pss:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

function linesSince(begin) {
  const fields = "_UID,_SYSTEMD_OWNER_UID,SYSLOG_IDENTIFIER,MESSAGE";
  const argv = ["journalctl", `--since=@${begin}`, "--output=json", `--output-fields=${fields}`, "--no-pager"];
  return run(argv)
    .split("\n")
    .flatMap((line) => (line === "" ? [] : [JSON.parse(line)]));
}

/** conmon complains at each check where the kernel offers no memory controller: this machine's doing, not the product's. */
const isOfLab = (entry) => /\/sys\/fs\/cgroup\/memory\.events$/.test(entry.MESSAGE);

function writer(entry) {
  if (isOfLab(entry)) return "the lab itself";
  const owner = accounts.find(({ uid }) => uid === (entry._SYSTEMD_OWNER_UID ?? entry._UID));
  return `${owner === undefined ? "the host" : owner.name}: ${entry.SYSLOG_IDENTIFIER}`;
}

await waitUntilUp();
await sleep(SETTLE_SECONDS);
const [begin, started, before] = [Math.floor(Date.now() / 1000), performance.now(), usages()];
await sleep(seconds);
const [after, elapsed] = [usages(), (performance.now() - started) / 1000];
const writers = new Map();
for (const entry of linesSince(begin)) writers.set(writer(entry), (writers.get(writer(entry)) ?? 0) + 1);
console.log(
  JSON.stringify({
    cpu: [...accounts.map(({ name }) => name), "the host"].map((name, index) => ({
      name,
      percent: ((after[index] - before[index]) / 1e6 / elapsed) * 100,
      bytes: [...accounts, host][index].groups.reduce((sum, group) => sum + memory(group), 0),
    })),
    lines: [...writers].map(([name, count]) => ({ name, perMinute: (count / elapsed) * 60 })),
  }),
);
