/** The installer is killed with SIGKILL again and again; running it once more ends where it should, and nothing is lost. */
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { HOMES, invocations, listUnits, lostData, plantData, restartedBetween } from "./services.ts";
import { type Answer, host, hostScript, putFile, tryHost } from "./support.ts";

const LAB = fileURLToPath(new URL("../../scripts/lab", import.meta.url));
const NAME = process.env["LAB_NAME"] ?? "test";
/** A host that never had us, beside the one that the other tests share. */
const FRESH = `${NAME}-kill`;
const STACK = "/etc/install-quadlets/stack.yaml";
const LABEL = "kill";

/** Not the copy below /usr/local: that one comes and goes while this file tests. */
const UNPACKED = "/root/kill/package/dist/bin/install-quadlets.js";

/** What the installer prints when a phase begins, in the order of the phases. */
const PHASES = [
  "keeping a copy of this program",
  "creating users",
  "making directories",
  "making certificates",
  "writing configuration",
  "starting user managers",
  "generating secrets",
  "pulling images",
  "installing units",
  "starting services",
] as const;

/**
 * Runs the installer and kills it so many lines into a phase, or as soon as a later one begins; `all` takes the
 * commands that it has started with it, as when the power fails, otherwise these run on, as after `kill -9 PID`.
 * Exit code 137 if it was killed.
 */
const KILLER = `
  phase=$1 left=$2 all=$3 later=$4 seen=
  descendants() { local child; for child in $(pgrep -P "$1"); do echo "$child"; descendants "$child"; done; }
  exec 3< <(exec node ${UNPACKED} --yes 2>&1 >/run/kill-test.out)
  pid=$!
  while IFS= read -r -u 3 line; do
    echo "$line"
    if [ -n "$seen" ]; then left=$((left - 1)); fi
    if [ "$line" = "$phase" ]; then seen=1; fi
    if { [ -n "$seen" ] && [ "$left" -le 0 ]; } || [[ "|$later|" == *"|$line|"* ]]; then
      victims=$pid
      if [ "$all" = all ]; then kill -STOP "$pid"; victims="$pid $(descendants "$pid")"; fi
      kill -KILL $victims 2>/dev/null
      exit 137
    fi
  done
  wait "$pid"
`;

interface Machine {
  readonly run: (...argv: readonly string[]) => Promise<Answer>;
}

const shared: Machine = { run: (...argv) => tryHost(...argv) };
const fresh: Machine = { run: (...argv) => freshLab("exec", "--", ...argv) };

async function freshLab(...args: readonly string[]): Promise<Answer> {
  const result = await execa(LAB, args, { env: { LAB_NAME: FRESH }, reject: false, stdin: "ignore" });
  return { code: result.exitCode ?? -1, out: result.stdout, err: result.stderr };
}

/** Kills a run and gives the phase that it was in; undefined if it came through before. */
async function killIn(machine: Machine, phase: (typeof PHASES)[number], lines: number): Promise<string | undefined> {
  const index = PHASES.indexOf(phase);
  const mode = (index + lines) % 2 === 0 ? "all" : "only";
  const later = PHASES.slice(index + 1).join("|");
  const answer = await machine.run("bash", "-c", KILLER, "bash", phase, String(lines), mode, later);
  if (answer.code === 0) return undefined;
  expect(answer.code, `${answer.out}\n${answer.err}`).toBe(137);
  return answer.out.split("\n").findLast((line) => (PHASES as readonly string[]).includes(line));
}

/** One run after the other, each a phase further: killed so many lines into it. Gives the phases that were hit. */
async function killInEveryPhase(machine: Machine, places: readonly number[]): Promise<readonly string[]> {
  const killed: string[] = [];
  for (const phase of PHASES) {
    for (const lines of places) {
      const found = await killIn(machine, phase, lines);
      if (found !== undefined) killed.push(found);
    }
  }
  return [...new Set(killed)];
}

async function finish(machine: Machine): Promise<void> {
  const answer = await machine.run("node", UNPACKED, "--yes");
  expect(answer.code, answer.err).toBe(0);
}

/** What a killed run could leave behind: half-written files, staged units, half-copied programs, its lock. */
async function leftovers(machine: Machine): Promise<string> {
  const answer = await machine.run(
    "bash",
    "-c",
    `find / -xdev \\( -path /proc -o -path /sys -o -path '*/storage/overlay' \\) -prune -o -name '.install-quadlets-*' -print
     find /var/lib -path '*/storage/overlay' -prune -o -name '.install-quadlets-*' -print
     ls -d /run/install-quadlets* /usr/local/lib/install-quadlets/*.partial 2>/dev/null`,
  );
  return answer.out;
}

async function expectConverged(machine: Machine): Promise<void> {
  const again = await machine.run("node", UNPACKED, "--yes");
  expect(again.code, again.err).toBe(0);
  expect(again.out).toBe("nothing to do: the host is as configured");
  expect(await leftovers(machine)).toBe("");
  const listed = await machine.run("svc", "list", "--all", "--json");
  const { units } = JSON.parse(listed.out) as { units: readonly { name: string; up: boolean }[] };
  expect(units.filter((unit) => !unit.up)).toEqual([]);
}

/** Takes the package that the shared lab was installed from to this machine. */
async function unpackOnShared(): Promise<void> {
  await hostScript("rm -rf /root/kill; mkdir /root/kill; tar -xzf /root/install-quadlets-*.tgz -C /root/kill");
}

describe("a first installation", () => {
  beforeAll(async () => {
    await freshLab("down");
    const up = await freshLab("up");
    expect(up.code, up.err).toBe(0);
    const [from, to] = [
      ["exec", "--", "sh", "-c", "cat /root/install-quadlets-*.tgz"],
      ["exec", "--", "sh", "-c", "mkdir /root/kill && tar -xz -C /root/kill"],
    ];
    const sent = execa(LAB, from, { env: { LAB_NAME: NAME }, encoding: "buffer", stdin: "ignore" });
    await sent.pipe(LAB, to, { env: { LAB_NAME: FRESH } });
    // Opik's nine images and its long start are left to the other half of this file.
    const site = `mkdir -p /etc/install-quadlets && echo 'services: { opik: { enabled: false } }' >${STACK}`;
    expect((await freshLab("exec", "--", "sh", "-c", site)).code).toBe(0);
  });

  afterAll(async () => {
    await freshLab("down");
  });

  test("converges, killed twice in every phase", async () => {
    expect(await killInEveryPhase(fresh, [0, 1])).toEqual(PHASES);
    await finish(fresh);
    await expectConverged(fresh);
  });

  test("has made each thing once", async () => {
    const names = ["nginx-user", "dnsmasq-user", "vllm-user", "webui-user"];
    for (const file of ["passwd", "group", "subuid", "subgid"]) {
      const found = await fresh.run("cut", "-d:", "-f1", `/etc/${file}`);
      const ours = found.out.split("\n").filter((name) => name.endsWith("-user"));
      expect(ours.sort(), file).toEqual([...names].sort());
    }
    const builds = await fresh.run("ls", "/usr/local/lib/install-quadlets");
    expect(builds.out.split("\n")).toHaveLength(1);
    const key = await fresh.run(
      "sh",
      "-c",
      "cd /; openssl x509 -in /var/lib/nginx-proxy/www/ca.crt -noout -fingerprint; openssl x509 -in /var/lib/install-quadlets/ca/ca.crt -noout -fingerprint",
    );
    expect(new Set(key.out.split("\n")).size).toBe(1);
    // The same key in both: the copy was made from the original that is there now.
    const models = await fresh.run("curl", "-sS", "--fail", "http://localhost:3000/api/models");
    expect(models.out).toContain('"qwen"');
  });
});

describe("a change of many kinds", () => {
  beforeAll(async () => {
    await unpackOnShared();
    await plantData(LABEL);
  });

  afterAll(async () => {
    await host("rm", "-rf", "/etc/install-quadlets");
    await shared.run("node", UNPACKED, "--yes");
    await host("rm", "-rf", "/root/kill", "/run/kill-test.out");
  });

  test("converges, killed in every phase; what it does not concern runs on, and no data is lost", async () => {
    const before = await invocations();
    await putFile(
      STACK,
      `services:
  open-webui: { settings: { name: After the kill } }
  nginx-proxy: { settings: { connect_timeout: 12 } }
  dnsmasq: { ports: { dns: 10054 } }
  opik: { settings: { python_memory: 3g } }
`,
    );
    await hostScript(`
      rm -rf /usr/local/lib/install-quadlets /usr/local/bin/svc ${HOMES["nginx-user"]}/tls/leaf.key
      rmdir ${HOMES["vllm-user"]}/cache/triton
      cd ${HOMES["webui-user"]} && setpriv --reuid webui-user --regid webui-user --init-groups \
        env HOME="$PWD" XDG_RUNTIME_DIR="/run/user/$(id -u webui-user)" podman secret rm open-webui-secret-key
      # What a kill inside a write leaves, and there is no telling from outside when that is.
      for directory in /etc/containers/systemd/users/$(id -u opik-user) /etc/systemd/system /usr/local/bin ${HOMES["opik-user"]}/config ${HOMES["nginx-user"]}/tls /var/lib/install-quadlets; do
        touch "$directory/.install-quadlets-0123456789abcdef01234567"
      done
    `);
    const phases = PHASES.filter((phase) => phase !== "creating users" && phase !== "pulling images");
    expect(await killInEveryPhase(shared, [1])).toEqual(phases);
    await finish(shared);
    await expectConverged(shared);
    // nginx takes its changes over without a restart.
    expect(restartedBetween(before, await invocations())).toEqual([
      "dnsmasq.service",
      "open-webui.service",
      "opik-python-backend.service",
      // It had the directory mounted that was removed.
      "vllm-qwen.service",
    ]);
    expect(await host("curl", "-fsS", "http://localhost:3000/api/config")).toContain("After the kill");
    expect(await host("dig", "+short", "@100.101.102.103", "webui.liminati.internal")).toBe("100.101.102.103");
    expect(await lostData(LABEL)).toEqual([]);
  });

  test("back to the default, killed once in the middle of the restarts", async () => {
    await host("rm", STACK);
    const text = (await tryHost("install-quadlets", "--dry-run")).out;
    expect(text).toContain("restart open-webui");
    expect(await killIn(shared, "starting services", 1)).toBe("starting services");
    await finish(shared);
    await expectConverged(shared);
    expect((await listUnits()).filter((unit) => !unit.up)).toEqual([]);
    expect(await lostData(LABEL)).toEqual([]);
  });
});
