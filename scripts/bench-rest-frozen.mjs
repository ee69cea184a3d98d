/**
 * Runs on the lab host: stops every process of every container at once, as if all hung right then, and prints as JSON after how
 * many seconds each was killed. What is still there in the end goes on.
 */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";

const PATIENCE_SECONDS = 240;
const { services } = JSON.parse(readFileSync("/var/lib/install-quadlets/index.json", "utf8"));

const passwd = readFileSync("/etc/passwd", "utf8")
  .split("\n")
  .map((line) => line.split(":"));

function podman({ user, uid, gid }, ...argv) {
  const ids = ["--reuid", uid, "--regid", gid, "--init-groups"].map(String);
  const home = passwd.find(([name]) => name === user)[5];
  const env = ["env", `HOME=${home}`, `XDG_RUNTIME_DIR=/run/user/${uid}`, "podman", ...argv];
  const [program, ...args] = ["setpriv", ...ids, "--", ...env];
  return execFileSync(program, args, { encoding: "utf8", cwd: "/" });
}

/** Those with a health check: an infra container has none, and nothing that could hang. */
function containersOf(service) {
  const format = "{{.Name}} {{.State.Pid}} {{if .State.Health}}checked{{end}}";
  const ids = podman(service, "ps", "--quiet").split("\n").filter(Boolean);
  const rows = podman(service, "inspect", "--type=container", "--format", format, ...ids)
    .trim()
    .split("\n");
  return rows.map((row) => row.split(" ")).flatMap(([name, pid, checked]) => (checked ? [{ name, pid }] : []));
}

const childrenOf = (pid) => readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean);
const treeOf = (pid) => [pid, ...childrenOf(pid).flatMap(treeOf)];

const containers = services.flatMap(containersOf);
for (const { pid } of containers) for (const one of treeOf(pid)) process.kill(Number(one), "SIGSTOP");
const begun = performance.now();
const killed = new Map();
while (killed.size < containers.length && performance.now() - begun < PATIENCE_SECONDS * 1000) {
  await new Promise((resolve) => setTimeout(resolve, 200));
  for (const { name, pid } of containers) {
    if (!killed.has(name) && !existsSync(`/proc/${pid}`)) killed.set(name, (performance.now() - begun) / 1000);
  }
}
for (const { name, pid } of containers) if (!killed.has(name)) process.kill(Number(pid), "SIGCONT");
console.log(JSON.stringify(containers.map(({ name }) => ({ name, seconds: killed.get(name) }))));
