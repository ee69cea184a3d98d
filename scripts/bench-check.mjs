/**
 * `install-quadlets check` of a folder with many generated quadlets: seconds, processor time and peak memory of the whole process.
 * `[ROUNDS=5] node scripts/bench-check.mjs [FILES ...]`; nothing in them is wrong, as in most folders.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const ROUNDS = Number(process.env.ROUNDS ?? 5);
const PROGRAM = `${ROOT}dist/bin/install-quadlets.cjs`;
/** What the process writes down about itself as it ends. */
const NOTE = `process.on("exit", () => {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  const used = { megabytes: maxRSS / 1024, cpu: (userCPUTime + systemCPUTime) / 1e6 };
  require("node:fs").writeFileSync(process.env.NOTE, JSON.stringify(used));
});`;

execFileSync("npm", ["run", "build", "--silent"], { cwd: ROOT, stdio: "inherit" });
const sizes = process.argv.slice(2).map(Number);
console.log("unit files   seconds  processor time   memory");
for (const size of sizes.length > 0 ? sizes : [1, 1000]) print(size, best(size));

/** The quickest of several runs: what slows a machine for a while is not what takes long here. */
function best(size) {
  const folder = mkdtempSync(`${tmpdir()}/bench-check-`);
  try {
    mkdirSync(`${folder}/units`);
    generate(`${folder}/units`, size);
    writeFileSync(`${folder}/note.cjs`, NOTE);
    const env = { ...process.env, NOTE: `${folder}/note.json` };
    const runs = Array.from({ length: ROUNDS }, () => {
      const begun = performance.now();
      const argv = ["--require", `${folder}/note.cjs`, PROGRAM, "check", `${folder}/units`];
      execFileSync(process.execPath, argv, { env, stdio: ["ignore", "ignore", "inherit"] });
      return { wall: (performance.now() - begun) / 1000, ...JSON.parse(readFileSync(env.NOTE, "utf8")) };
    });
    return runs.sort((a, b) => a.wall - b.wall)[0];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function print(size, { wall, cpu, megabytes }) {
  const cells = [
    `${wall.toFixed(2)} s`.padStart(9),
    `${cpu.toFixed(2)} s`.padStart(15),
    `${megabytes.toFixed(0)} MB`.padStart(8),
  ];
  console.log([String(size).padStart(10), ...cells].join(" "));
}

/** Stacks of five files, of the length that such files have: a pod, three containers of which one has a drop-in, a network or a volume. */
function generate(folder, size) {
  for (let index = 0; index < size; index++) {
    const stack = `app${Math.floor(index / 5)}`;
    const write = (name, text) => writeFileSync(`${folder}/${name}`, text);
    switch (index % 5) {
      case 0:
        write(
          `${stack}.pod`,
          `[Unit]\nDescription=The pod of ${stack}\n\n[Pod]\nPublishPort=127.0.0.1:${20000 + index}:8080\n\n[Install]\nWantedBy=default.target\n`,
        );
        break;
      case 1:
        write(`${stack}-web.container`, container(stack, "web", index));
        mkdirSync(`${folder}/${stack}-web.container.d`);
        write(`${stack}-web.container.d/10-more.conf`, "[Container]\nEnvironment=MORE=1\n");
        break;
      case 2:
        write(`${stack}-db.container`, container(stack, "db", index));
        break;
      case 3:
        write(`${stack}-worker.container`, container(stack, "worker", index));
        break;
      default:
        write(`${stack}-data.volume`, `# what is kept\n[Volume]\nLabel=app=${stack}\n`);
    }
  }
}

function container(stack, name, index) {
  return `# ${name} of ${stack}; see https://example.org/${stack}
[Unit]
Description=${name} of ${stack}
Wants=network-online.target

[Container]
Image=registry.example.org/${stack}/${name}:1.${index}.0
ContainerName=${stack}-${name}
Pod=${stack}.pod
AutoUpdate=registry
Environment=TZ=Europe/Berlin LANG=C.UTF-8
Environment="GREETING=hello from ${stack}" LOG_LEVEL=info
EnvironmentFile=%h/${stack}/${name}.env
Volume=${stack}-data.volume:/data:Z
Volume=%h/${stack}/${name}:/etc/${name}:ro,Z
Secret=${stack}-${name}-key,type=env,target=API_KEY
Label=app=${stack} part=${name}
HealthCmd=curl -fsS http://127.0.0.1:8080/health
HealthInterval=30s
HealthRetries=5
DropCapability=ALL
NoNewPrivileges=true
ReadOnly=true
Tmpfs=/tmp:size=64m
Exec=serve --listen 0.0.0.0:8080 \\
    --name "${stack} ${name}" \\
    --workers 4

[Service]
Restart=always
RestartSec=5
TimeoutStartSec=900

[Install]
WantedBy=default.target
`;
}
