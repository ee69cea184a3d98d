/** What the timer measures, on a host in memory. */
import { expect, test } from "vitest";
import { gatherClock, gatherHostUnits, parseDisks, parseInterfaces } from "../../src/measure/gather-host.ts";
import { writeMetrics } from "../../src/measure/write-metrics.ts";
import { INDEX_PATH, type ServiceIndex } from "../../src/model/index-file.ts";
import type { DesiredState } from "../../src/model/resource.ts";
import { renderSite, siteSources } from "../render/support.ts";
import { type MemorySystem, memorySystem } from "../support/memory-system.ts";

const SITE = "{ backup: { every: daily, to: /mnt/nas }, services: { opik: { enabled: false }, node-exporter: {} } }";
const state = renderSite(siteSources(SITE));
const index = indexOf(state);
const FILE = "/var/lib/node-exporter/textfile/install-quadlets.prom";
const MAX = "18446744073709551615";

function indexOf({ files }: DesiredState): ServiceIndex {
  return JSON.parse(files.find((file) => file.path === INDEX_PATH)?.content ?? "") as ServiceIndex;
}

const uidOf = (name: string) => index.services.find((service) => service.name === name)?.uid ?? 0;

const unit = (name: string, more: readonly string[] = []) =>
  [`Id=${name}`, "LoadState=loaded", "ActiveState=active", "SubState=running", "Result=success", ...more].join("\n");

/** Every unit runs, but for what `shown` says of it. */
function host(shown: Readonly<Record<string, string>> = {}): MemorySystem {
  const vllm = uidOf("vllm-qwen");
  const group = `/user.slice/user-${vllm}.slice/user@${vllm}.service`;
  const system = memorySystem({
    files: {
      ...Object.fromEntries(
        index.services.map(({ uid }) => [`/run/user/${uid}/systemd/private`, { kind: "other" as const }]),
      ),
      "/var/lib/node-exporter/textfile": { kind: "directory", uid: 820, gid: 820, mode: 0o755 },
      [`/sys/fs/cgroup${group}/memory.events`]: "low 0\nhigh 0\nmax 12\noom 2\noom_kill 2\noom_group_kill 0\n",
      [`/sys/fs/cgroup${group}/app.slice/vllm-qwen.service/memory.stat`]:
        "anon 10\nfile 90\ninactive_file 40\nactive_file 50\n",
      "/proc/1/net/dev":
        "Inter-|   Receive                    |  Transmit\n face |bytes    packets errs drop fifo frame compressed multicast|bytes packets errs\n    lo: 9 1 0 0 0 0 0 0 9 1 0\n  eth0: 1000 5 0 0 0 0 0 0 2000 7 0 0 0 0 0 0\n",
      "/mnt/nas/opik-2026-11-20T010000Z.backup.tar": "",
      "/mnt/nas/open-webui-2026-11-20T010000Z.backup.tar": "",
      "/mnt/nas/open-webui-2026-11-21T010000Z.backup.tar": "",
      "/mnt/nas/open-webui-2026-11-22.tar": "",
    },
  });
  system.runner.on("df ", {
    stdout:
      "     1B-blocks Avail IFree Inodes Mounted on\n 1000 200 30 40 /\n 5000 4000 - - /var/lib/vllm\n 1000 200 30 40 /\n",
  });
  system.runner.on(/systemctl show .*install-quadlets-/, {
    stdout: `${unit("install-quadlets-verify.service").replace("active\n", "failed\n")}\n\nId=install-quadlets-idle.service\nLoadState=not-found\nActiveState=inactive\n\n${unit("install-quadlets-renew.service").replace("ActiveState=active", "ActiveState=inactive")}\n`,
  });
  system.runner.on(/systemctl --user show/, ({ argv }) => ({
    stdout: argv
      .slice(argv.lastIndexOf("--") + 1)
      .map((name) =>
        unit(name, [
          shown[name] ??
            `NRestarts=0\nMainPID=0\nMemoryCurrent=${MAX}\nCPUUsageNSec=[not set]\nTasksCurrent=3\nControlGroup=`,
        ]),
      )
      .join("\n\n"),
  }));
  return system;
}

async function measured(system: MemorySystem): Promise<string> {
  await writeMetrics(system, index);
  return (await system.files.read(FILE)) ?? "";
}

const about = (text: string, pattern: RegExp) =>
  text.split("\n").filter((line) => !line.startsWith("#") && pattern.test(line));

test("everything of one host", async () => {
  const vllm = uidOf("vllm-qwen");
  const usage = `NRestarts=4\nMainPID=0\nMemoryCurrent=100\nCPUUsageNSec=1500000000\nTasksCurrent=7\nControlGroup=/user.slice/user-${vllm}.slice/user@${vllm}.service/app.slice/vllm-qwen.service`;
  const system = host({ "vllm-qwen.service": usage });
  await expect(await measured(system)).toMatchFileSnapshot("golden/install-quadlets.prom");
  expect(await system.files.stat(FILE)).toMatchObject({ uid: 0, gid: 0, mode: 0o644 });
});

test("files that the kernel could forget are no memory in use, and no number is not zero", async () => {
  const vllm = uidOf("vllm-qwen");
  const group = `ControlGroup=/user.slice/user-${vllm}.slice/user@${vllm}.service/app.slice/vllm-qwen.service`;
  const text = await measured(host({ "vllm-qwen.service": `MemoryCurrent=100\nTasksCurrent=${MAX}\n${group}` }));
  expect(about(text, /unit_memory_bytes/)).toEqual([
    'install_quadlets_unit_memory_bytes{service="vllm-qwen",unit="vllm-qwen"} 60',
  ]);
  expect(text).not.toMatch(/184467|NaN|undefined/);
});

test("a unit that failed, and a manager that does not answer, are what svc says of them", async () => {
  const system = host();
  system.runner.on(/systemctl --user show .*open-webui/, {
    stdout:
      "Id=open-webui.service\nLoadState=loaded\nActiveState=failed\nSubState=failed\nResult=exit-code\nNRestarts=2\n",
  });
  const { user } = index.services.find(({ name }) => name === "dnsmasq") ?? { user: "" };
  expect(user).toBe("dnsmasq-user");
  system.files.nodes.delete(`/run/user/${uidOf("dnsmasq")}/systemd/private`);
  const text = await measured(system);
  expect(about(text, /service_state\{service="(open-webui|dnsmasq)",.*\} 1$/)).toEqual([
    'install_quadlets_service_state{service="dnsmasq",state="failed"} 1',
    'install_quadlets_service_state{service="open-webui",state="failed"} 1',
  ]);
  expect(about(text, /account_answers.* 0$/)).toEqual(['install_quadlets_account_answers{service="dnsmasq"} 0']);
  expect(about(text, /unit_healthy\{service="open-webui"/)).toEqual([
    'install_quadlets_unit_healthy{service="open-webui",unit="open-webui"} 0',
  ]);
});

test("what an account puts in the way of its numbers keeps nobody from the others'", async () => {
  const system = host();
  const vllm = uidOf("vllm-qwen");
  system.files.put(`/sys/fs/cgroup/user.slice/user-${vllm}.slice/user@${vllm}.service/memory.events`, {
    kind: "symlink",
    target: "/etc/shadow",
  });
  system.runner.on(/^df /, { exitCode: 1 });
  system.runner.on(/systemctl show /, { exitCode: 1 });
  system.files.nodes.delete("/proc/1/net/dev");
  const text = await measured(system);
  expect(about(text, /oom_kills|filesystem|network|clock/)).toEqual([]);
  expect(about(text, /service_state.*healthy"\} 1$/)).toHaveLength(index.services.length);
});

test("a link in the directory of the account is not followed", async () => {
  const system = host();
  system.files.put(FILE, { kind: "symlink", target: "/etc/passwd" });
  await expect(writeMetrics(system, index)).rejects.toThrow("symlink");
});

test("podman is not asked, and each manager once", async () => {
  const system = host();
  await writeMetrics(system, index);
  expect(system.runner.printed.filter((line) => line.includes("podman"))).toEqual([]);
  expect(system.runner.printed.filter((line) => line.includes("systemctl --user"))).toHaveLength(index.services.length);
});

const SYNCED = "/run/systemd/timesync/synchronized";
const ago = (system: MemorySystem, ms: number) => ({
  [SYNCED]: {
    kind: "file" as const,
    content: "",
    uid: 998,
    gid: 998,
    mode: 0o644,
    modified: system.clock.now().getTime() - ms,
  },
});

test.each([
  ["nobody keeps it", [], undefined, undefined, false],
  ["timesyncd has heard of a server", ["systemd-timesyncd"], undefined, 60_000, true],
  ["timesyncd has heard of none yet", ["systemd-timesyncd"], undefined, undefined, false],
  ["timesyncd has heard of none for a day", ["systemd-timesyncd"], undefined, 86_400_000, false],
  [
    "chrony follows somebody",
    ["chrony"],
    "Reference ID    : C0000201 (a)\nLeap status     : Normal\n",
    undefined,
    true,
  ],
  ["chrony follows nobody", ["chronyd"], "Leap status     : Not synchronised\n", undefined, false],
  ["chrony does not answer", ["chronyd"], "", undefined, undefined],
  ["somebody keeps it who does not tell", ["ntpsec"], undefined, undefined, undefined],
] as const)("the clock: %s", async (_, active, tracking, msAgo, expected) => {
  const system = memorySystem({});
  if (msAgo !== undefined) for (const [path, node] of Object.entries(ago(system, msAgo))) system.files.put(path, node);
  const all = ["systemd-timesyncd", "chrony", "chronyd", "ntpsec"].map((name) =>
    (active as readonly string[]).includes(name)
      ? unit(`${name}.service`)
      : unit(`${name}.service`).replace("ActiveState=active", "ActiveState=inactive"),
  );
  system.runner.on(/^systemctl show /, { stdout: all.join("\n\n") });
  if (tracking !== undefined) system.runner.on("chronyc -n tracking", { stdout: tracking });
  expect(await gatherClock(system, await gatherHostUnits(system))).toBe(expected);
  expect(system.runner.printed.filter((line) => line.includes("timedatectl"))).toEqual([]);
});

test("only a site on which somebody reads it has the timer", async () => {
  const units = (one: DesiredState) => one.systemUnits.map(({ unit: name }) => name as string);
  expect(units(state)).toContain("install-quadlets-metrics.timer");
  const plain = renderSite();
  expect(units(plain)).not.toContain("install-quadlets-metrics.timer");
  await expect(writeMetrics(memorySystem(), indexOf(plain))).rejects.toThrow("no service of this host reads");
  for (const suffix of ["service", "timer"]) {
    const file = state.files.find(({ path }) => path.endsWith(`/install-quadlets-metrics.${suffix}`));
    await expect(file?.content).toMatchFileSnapshot(`golden/install-quadlets-metrics.${suffix}.txt`);
  }
});

test.each([
  ["", []],
  ["head\n", []],
  ["head\n10 5 x 3 /\n", []],
  ["head\n10 5 - 0 /a b\n", [{ mountpoint: "/a b", size: 10, free: 5, inodes: 0, freeInodes: 0 }]],
])("file systems: %j", (text, disks) => {
  expect(parseDisks(text)).toEqual(disks);
});

test("interfaces", () => {
  expect(parseInterfaces("a\nb: 1 2\n  lo: 1 0 0 0 0 0 0 0 2\n tailscale0:5 0 0 0 0 0 0 0 6 0\n")).toEqual([
    { device: "tailscale0", received: 5, sent: 6 },
  ]);
});

test("a service with data that has no backup is named; one without data needs none", async () => {
  const system = host();
  for (const name of await system.files.list("/mnt/nas")) await system.files.remove(`/mnt/nas/${name}`);
  expect(about(await measured(system), /backup_(missing|taken)/)).toEqual([
    'install_quadlets_backup_missing{service="open-webui"} 1',
  ]);
});
