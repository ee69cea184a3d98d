// Copies a container's runtime configuration without the limits that cannot be set here: those whose cgroup
// controller is missing, and resource limits above this machine's hard ones (raising needs CAP_SYS_RESOURCE).
import { readFileSync, writeFileSync } from "node:fs";

const CONTROLLER_OF = { memory: "memory", pids: "pids", cpu: "cpu", blockIO: "io" };
const NAME_OF = {
  RLIMIT_NOFILE: "Max open files",
  RLIMIT_NPROC: "Max processes",
  RLIMIT_MEMLOCK: "Max locked memory",
  RLIMIT_CORE: "Max core file size",
};

const [from, to] = process.argv.slice(2);
const present = readFileSync("/sys/fs/cgroup/cgroup.controllers", "utf8").trim().split(" ");
const limitsHere = readFileSync("/proc/self/limits", "utf8").split("\n");
const config = JSON.parse(readFileSync(from, "utf8"));

const limits = config.linux?.resources ?? {};
for (const [limit, controller] of Object.entries(CONTROLLER_OF)) {
  if (!present.includes(controller)) delete limits[limit];
}
for (const limit of config.process?.rlimits ?? []) {
  const hardest = hardLimit(NAME_OF[limit.type]);
  limit.hard = Math.min(limit.hard, hardest);
  limit.soft = Math.min(limit.soft, hardest);
}
writeFileSync(to, JSON.stringify(config));

/** "Max open files            1024                 20000                files" */
function hardLimit(name) {
  const words = limitsHere.find((line) => name !== undefined && line.startsWith(name))?.split(/ {2,}/);
  return words === undefined || words[2] === "unlimited" ? Number.MAX_SAFE_INTEGER : Number(words[2]);
}
