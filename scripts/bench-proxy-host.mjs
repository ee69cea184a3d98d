/**
 * Runs on the lab host: the same nginx with the same configuration as the product runs it, directly on the host, in a container
 * on the host's network, and behind a published port; requests (wrk) and streams through each in turn. Prints JSON.
 * Stands in for the model server on its port, so it stops that service while it measures.
 */
import { execFileSync, spawn } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { measureDelay, measurePaced, measureRequests, measureStreams, measureWaiting } from "./bench-proxy-measure.mjs";

const [, , upstream, rounds] = process.argv;
const ADDRESS = JSON.parse(readFileSync("/var/lib/install-quadlets/index.json", "utf8")).address;
const { services } = JSON.parse(readFileSync("/var/lib/install-quadlets/index.json", "utf8"));
const proxy = services.find((service) => service.from === "nginx-proxy");
const model = services.find((service) => service.from.startsWith("vllm"));
const MODEL_PORT = Number(new URL(model.urls.find((url) => url.includes("127.0.0.1"))).port);
const NAME = new URL(model.urls.find((url) => url.startsWith("https:"))).hostname;
const WORK = "/var/tmp/bench-proxy";
const JOURNAL = "/run/systemd/journal";
const HOST_MOUNTS = ["/proc", "/dev", JOURNAL];

/** Every variant has a port of its own at the same address; 443 is the product's. */
const VARIANTS = [
  { name: "no proxy", port: MODEL_PORT, scheme: "http", host: "127.0.0.1" },
  { name: "nginx on the host", port: 10443, scheme: "https", host: NAME },
  { name: "socket-activated (ours)", port: 443, scheme: "https", host: NAME },
  { name: "Network=host", port: 11443, scheme: "https", host: NAME },
  { name: "published port", port: 12443, scheme: "https", host: NAME },
];

const run = (argv) => execFileSync(argv[0], argv.slice(1), { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
const podman = (...args) =>
  run(
    [
      ...["setpriv", "--reuid", proxy.uid, "--regid", proxy.gid, "--init-groups", "--", "env", "-i", "-C", proxy.home],
      ...[`HOME=${proxy.home}`, "PATH=/usr/bin:/bin:/usr/sbin:/sbin", `XDG_RUNTIME_DIR=/run/user/${proxy.uid}`],
      ...[`DBUS_SESSION_BUS_ADDRESS=unix:path=/run/user/${proxy.uid}/bus`, "podman", ...args].map(String),
    ].map(String),
  );

/** The product's configuration with other ports. */
function configure(directory, port, status, more = (text) => text) {
  mkdirSync(directory, { recursive: true });
  for (const name of readdirSync(`${proxy.home}/config`)) {
    const text = readFileSync(`${proxy.home}/config/${name}`, "utf8")
      .replaceAll(`${ADDRESS}:443`, `${ADDRESS}:${port}`)
      .replaceAll(`${ADDRESS}:80;`, `${ADDRESS}:${port + 1};`)
      .replaceAll(`${ADDRESS}:8081`, `${ADDRESS}:${port + 2}`)
      .replaceAll(`${ADDRESS}:80 `, `${ADDRESS}:${port + 1} `)
      .replaceAll("127.0.0.1:8999", `127.0.0.1:${status}`);
    writeFileSync(`${directory}/${name}`, more(text), { mode: 0o644 });
  }
}

/** The files of the product's image, run without any container; its log goes to the journal, too, by the way that a host has. */
function startOnHost() {
  const [pid] = podman("inspect", "--format", "{{.State.Pid}}", proxy.name).trim().split("\n");
  const root = `${WORK}/root`;
  mkdirSync(root, { recursive: true });
  for (const name of ["bin", "etc", "lib", "lib64", "sbin", "usr"]) {
    execFileSync("cp", ["-a", `/proc/${pid}/root/${name}`, `${root}/`], { stdio: "ignore" });
  }
  // As the proxy's own user: nobody else may call the services.
  const owner = `${proxy.uid}:${proxy.gid}`;
  run(["chown", "-R", owner, `${root}/etc/nginx`]);
  configure(`${root}/etc/nginx`, 10443, 18999, (text) =>
    text.replaceAll("/dev/stdout plain buffer=4k flush=1s", `syslog:server=unix:${JOURNAL}/dev-log,nohostname plain`),
  );
  cpSync(`${proxy.home}/www`, `${root}/srv/www`, { recursive: true });
  cpSync(`${proxy.home}/tls`, `${root}/srv/tls`, { recursive: true });
  run(["chown", "-R", owner, `${root}/srv/tls`]);
  for (const name of ["/tmp", ...HOST_MOUNTS]) mkdirSync(`${root}${name}`, { recursive: true });
  run(["chmod", "1777", `${root}/tmp`]);
  for (const name of HOST_MOUNTS) run(["mount", "--bind", name, `${root}${name}`]);
  const nginx = `exec chroot --userspec=${owner} ${root} nginx -g 'daemon off;'`;
  return spawn("bash", ["-c", `ulimit -n 16384; ${nginx}`], { stdio: "ignore" });
}

function startContainer(name, port, status, network, more) {
  const directory = `${WORK}/${name}`;
  configure(directory, port, status, more);
  const places = { [directory]: "/etc/nginx", [`${proxy.home}/tls`]: "/srv/tls", [`${proxy.home}/www`]: "/srv/www" };
  const mounts = Object.entries(places).map(([from, to]) => `--volume=${from}:${to}:ro`);
  const [{ image }] = proxy.units.filter((unit) => unit.image !== "");
  const limits = [
    "--cap-drop=all",
    "--read-only",
    "--tmpfs=/tmp:mode=1777",
    "--ulimit=nofile=16384:16384",
    "--log-driver=journald",
  ];
  podman(
    "run",
    "--detach",
    "--rm",
    "--pull=never",
    "--name",
    name,
    "--user=101:101",
    "--entrypoint=nginx",
    ...network,
    ...limits,
    ...mounts,
    image,
    "-g",
    "daemon off;",
  );
}

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
let onHost;
let service;
try {
  run(["svc", "stop", model.name]);
  service = spawn(process.execPath, [upstream, String(MODEL_PORT)], { stdio: "inherit" });
  run(["sh", "-c", `grep -q ' ${NAME}$' /etc/hosts || echo ${ADDRESS} ${NAME} >> /etc/hosts`]);
  onHost = startOnHost();
  startContainer("bench-network-host", 11443, 28999, ["--network=host"]);
  startContainer(
    "bench-published",
    12443,
    8999,
    [`--network=pasta:-T,${MODEL_PORT}`, `--publish=${ADDRESS}:12443:12443`],
    (text) => text.replaceAll(`listen ${ADDRESS}:`, "listen 0.0.0.0:"),
  );
  await wait(3000);
  const kinds = {
    requests: measureRequests,
    waiting: measureWaiting,
    streams: measureStreams,
    paced: measurePaced,
    delay: measureDelay,
  };
  const results = VARIANTS.map(({ name }) => ({ name, requests: [], waiting: [], streams: [], paced: [], delay: [] }));
  for (let round = 0; round < Number(rounds); round++) {
    for (const [kind, measure] of Object.entries(kinds)) {
      for (const [index, variant] of VARIANTS.entries()) results[index][kind].push(await measure(variant));
    }
  }
  console.log(JSON.stringify(results));
} finally {
  service?.kill();
  for (const name of ["bench-network-host", "bench-published"]) {
    try {
      podman("rm", "--force", "--time=1", name);
    } catch {}
  }
  if (onHost !== undefined) {
    onHost.kill();
    await wait(1000);
    run(["umount", ...HOST_MOUNTS.map((name) => `${WORK}/root${name}`)]);
  }
  rmSync(WORK, { recursive: true, force: true });
  run(["svc", "start", model.name]);
}
