/** What the page about the site reads: the same look as that for Prometheus, in words, and nothing that only root may know. */
import { expect, test } from "vitest";
import type { Measured } from "../../src/measure/measured.ts";
import { type PortalState, portalState } from "../../src/measure/portal-state.ts";
import { writeMetrics } from "../../src/measure/write-metrics.ts";
import { INDEX_PATH, type ServiceIndex } from "../../src/model/index-file.ts";
import { renderSite, siteSources } from "../render/support.ts";
import { type MemorySystem, memorySystem } from "../support/memory-system.ts";

const FILE = "/var/lib/nginx-proxy/www/portal/state.json";
const PROM = "/var/lib/node-exporter/textfile/install-quadlets.prom";

function indexOf(stack: string): ServiceIndex {
  const { files } = renderSite(siteSources(stack));
  return JSON.parse(files.find(({ path }) => path === INDEX_PATH)?.content ?? "") as ServiceIndex;
}

const index = indexOf("{ portal: true, services: { opik: { enabled: false } } }");

const STATES: Readonly<Record<string, string>> = {
  "vllm-qwen.service": "LoadState=loaded\nActiveState=failed\nSubState=failed\nResult=exit-code\nNRestarts=2",
  "open-webui.service": "LoadState=loaded\nActiveState=inactive\nSubState=dead\nResult=success",
};

/** What a person could find in facts, and must not find in the file. */
const PLANTED = ["s3cret-of-the-log", "sk-planted", "vllm-user", "webui-user", "/var/lib", "/run/user", "127.0.0.1"];

function host(of = index): MemorySystem {
  const directory = { kind: "directory" as const, uid: 820, gid: 820, mode: 0o755 };
  const system = memorySystem({
    files: {
      ...Object.fromEntries(
        of.services
          .filter(({ name }) => name !== "dnsmasq")
          .map(({ uid }) => [`/run/user/${uid}/systemd/private`, { kind: "other" as const }]),
      ),
      ...Object.fromEntries(of.services.map(({ home }) => [home, directory])),
      "/etc/passwd": of.services.map(({ user }) => `${user}:x:1:1::/:/bin/false\n`).join(""),
      "/var/lib/nginx-proxy/www/portal": directory,
      "/var/lib/node-exporter/textfile": directory,
    },
  });
  system.runner.on(/systemctl --user show/, ({ argv }) => ({
    stdout: argv
      .slice(argv.lastIndexOf("--") + 1)
      .map((name) => `Id=${name}\n${STATES[name] ?? "LoadState=loaded\nActiveState=active\nSubState=running"}`)
      .join("\n\n"),
  }));
  system.runner.on(/journalctl/, {
    stdout: `${JSON.stringify({
      _SYSTEMD_USER_UNIT: "vllm-qwen.service",
      __REALTIME_TIMESTAMP: "1764233314000000",
      SYSLOG_IDENTIFIER: "vllm-qwen",
      MESSAGE: "fatal: s3cret-of-the-log http://sk-planted@127.0.0.1 /var/lib/vllm",
    })}\n`,
  });
  system.runner.on(/systemctl show .*install-quadlets-verify/, {
    stdout: "Id=install-quadlets-verify.service\nExecMainExitTimestamp=@1764230000\nExecMainStatus=2\n",
  });
  system.runner.on(/^df /, { exitCode: 1 });
  return system;
}

async function written(system: MemorySystem, of = index): Promise<PortalState> {
  await writeMetrics(system, of);
  return JSON.parse((await system.files.read(FILE)) ?? "") as PortalState;
}

test("words and sentences of a host where much is wrong, and nothing that was planted", async () => {
  const system = host();
  const state = await written(system);
  const said = Object.fromEntries(state.services.map(({ name, word, sentence }) => [name, `${word}: ${sentence}`]));
  expect(said).toEqual({
    "nginx-proxy": "degraded: nobody outside reaches it: this host has no address 100.64.0.1 now",
    dnsmasq: "failed: the user manager of dnsmasq does not run",
    "vllm-qwen": expect.stringMatching(/^failed: its image docker.io\/vllm\/\S+ is gone; it ended too often/),
    "open-webui": "stopped: somebody stopped it, or it was never started",
  });
  const text = (await system.files.read(FILE)) ?? "";
  for (const planted of PLANTED) expect(text).not.toContain(planted);
  expect(system.runner.printed.some((line) => line.includes("journalctl"))).toBe(true);
  expect(state.verify).toEqual({
    at: "2025-11-27T07:53:20.000Z",
    sentence: "something is not as it was applied",
  });
  expect(await system.files.stat(FILE)).toMatchObject({ uid: 0, gid: 0, mode: 0o644 });
  expect(state.services.map(({ units }) => units.length)).toEqual([1, 2, 1, 1]);
  for (const { units, ...service } of state.services)
    for (const one of [service, ...units]) expect(Object.keys(one)).toEqual(["name", "word", "sentence"]);
});

test("one look for both: each manager is asked once", async () => {
  const both = indexOf("{ portal: true, services: { opik: { enabled: false }, node-exporter: {} } }");
  const system = host(both);
  await written(system, both);
  expect(await system.files.read(PROM)).toContain("install_quadlets_service_state");
  const asked = system.runner.printed.filter((line) => /systemctl --user show .*MemoryCurrent/.test(line));
  // dnsmasq has no manager to be asked.
  expect(asked).toHaveLength(both.services.length - 1);
});

test("without the page nobody looks closer, and nobody asks for cards", async () => {
  const numbers = indexOf("{ services: { opik: { enabled: false }, node-exporter: {} } }");
  const system = host(numbers);
  await writeMetrics(system, numbers);
  expect(await system.files.read(FILE)).toBeUndefined();
  expect(
    system.runner.printed.filter((line) => /journalctl|nvidia-smi|install-quadlets-verify\.service$/.test(line)),
  ).toEqual([]);
});

test("a link in the place of the file is not followed", async () => {
  const system = host();
  system.files.put(FILE, { kind: "symlink", target: "/etc/passwd" });
  await expect(writeMetrics(system, index)).rejects.toThrow("symlink");
});

const MEASURED: Measured = {
  now: 1_800_000_000,
  services: [],
  disks: [{ mountpoint: "/planted", size: 1, free: 1, inodes: 1, freeInodes: 1 }],
  interfaces: [{ device: "planted0", received: 1, sent: 1 }],
  clockIsSet: true,
  timers: [{ name: "planted", failed: true }],
  certificates: [{ name: "leaf", until: 1_810_000_000 }],
  backups: [
    { service: "opik", taken: 1_799_990_000 },
    { service: "open-webui", taken: undefined },
  ],
  backupSeconds: 1,
  gpus: [{ index: 0, name: "H100", totalBytes: 2, usedBytes: 1, busy: undefined }],
  verified: { at: 1_799_999_000, exitCode: 0 },
};

test("times, cards and backups, and no more than is named", () => {
  expect(portalState(MEASURED)).toEqual({
    version: 1,
    taken: "2027-01-15T08:00:00.000Z",
    services: [],
    gpus: [{ index: 0, name: "H100", usedBytes: 1, totalBytes: 2, busy: null }],
    certificates: [{ name: "leaf", until: "2027-05-11T01:46:40.000Z" }],
    backups: [
      { service: "opik", taken: "2027-01-15T05:13:20.000Z" },
      { service: "open-webui", taken: null },
    ],
    verify: { at: "2027-01-15T07:43:20.000Z", sentence: "all is as it was applied" },
  });
});

test.each([
  [undefined, null],
  [0, "all is as it was applied"],
  [2, "something is not as it was applied"],
  [1, "the look itself failed"],
])("the last verify, by its exit code: %s", (exitCode, sentence) => {
  const verified = exitCode === undefined ? undefined : { at: 1, exitCode };
  expect(portalState({ ...MEASURED, verified }).verify?.sentence ?? null).toBe(sentence);
});
