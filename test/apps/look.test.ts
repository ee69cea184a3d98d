/** What is asked about units: one question where all is well, and what the answers mean where it is not. */
import { describe, expect, test } from "vitest";
import { containerOf, parseHealth } from "../../src/apps/health-log.ts";
import { parseEntry } from "../../src/apps/journal-lines.ts";
import { lookAt } from "../../src/apps/look.ts";
import { findFull, findTouched } from "../../src/apps/look-around.ts";
import { firstFull } from "../../src/facts/full.ts";
import { INDEX_PATH, type IndexedService, type ServiceIndex } from "../../src/model/index-file.ts";
import { renderSite } from "../render/support.ts";
import type { MemoryNode } from "../support/memory-files.ts";
import { type MemoryOptions, memorySystem } from "../support/memory-system.ts";
import { useSmallKeys } from "../support/small-keys.ts";

useSmallKeys();

const text = renderSite().files.find((file) => file.path === INDEX_PATH)?.content ?? "";
const index = JSON.parse(text) as ServiceIndex;
const vllm = index.services.find((service) => service.name === "vllm-qwen") as IndexedService;
const ID = "ab".repeat(32);
const IMAGES = "/var/lib/vllm/.local/share/containers/storage/overlay-images/images.json";
const NOW = new Date("2026-11-21T12:00:00Z");

const WELL =
  "Id=vllm-qwen.service\nLoadState=loaded\nActiveState=active\nSubState=running\nResult=success\nMainPID=77\n";
const FAILING = WELL.replace("=active", "=activating")
  .replace("=running", "=auto-restart")
  .replace("=success", "=exit-code");

function hostWith(shown: string, files: MemoryOptions["files"] = {}, programs?: readonly string[]) {
  const system = memorySystem({
    now: NOW,
    files: {
      "/run/user/802/systemd/private": { kind: "other" },
      "/var/lib/vllm": { kind: "directory", uid: 802, gid: 802, mode: 0o750 },
      "/etc/passwd": "vllm-user:x:802:802::/var/lib/vllm:/usr/sbin/nologin\n",
      [IMAGES]: JSON.stringify([{ id: ID, names: [vllm.units[0]?.image] }]),
      ...files,
    },
    ...(programs && { programs }),
  });
  system.runner.on("show", { stdout: shown });
  return system;
}

function groupOf(uid: number, unit = "vllm-qwen.service"): string {
  return `/user.slice/user-${uid}.slice/user@${uid}.service/app.slice/${unit}/libpod-payload-d41ddc658a0ba946`;
}

/** As Linux 6.12 says it; without a group all of the host's memory was in use. */
function killedIn(limited: string | undefined, group: string): string {
  const whose = limited === undefined ? "global_oom" : `oom_memcg=${limited}`;
  const constraint = limited === undefined ? "CONSTRAINT_NONE" : "CONSTRAINT_MEMCG";
  return `oom-kill:constraint=${constraint},nodemask=(null),cpuset=/,mems_allowed=0,${whose},task_memcg=${group},task=node,pid=822,uid=803\n`;
}

/** What the user manager of Debian 13 wrote when the kernel had killed a container's program. */
const TRY = [
  "Starting vllm-qwen.service - vLLM...",
  "Started vllm-qwen.service - vLLM.",
  "vllm-qwen.service: A process of this unit has been killed by the OOM killer.",
  "vllm-qwen.service: Main process exited, code=exited, status=137/n/a",
  "vllm-qwen.service: Failed with result 'exit-code'.",
] as const;

function ofSystemd(message: string): string {
  return JSON.stringify({
    MESSAGE: message,
    SYSLOG_IDENTIFIER: "systemd",
    USER_UNIT: "vllm-qwen.service",
    __REALTIME_TIMESTAMP: "1764230000500000",
  });
}

function checked(streak: number, code: number, output: string): MemoryOptions["files"] {
  const log = [{ Start: "2026-11-21T11:59:50Z", End: "2026-11-21T11:59:50.5Z", ExitCode: code, Output: output }];
  return {
    "/proc/77/cmdline": ["/usr/bin/conmon", "--api-version", "1", "-c", ID, "-u", ID].join("\0"),
    [`/run/user/802/containers/overlay-containers/${ID}/healthcheck.log`]: JSON.stringify({
      Status: "healthy",
      FailingStreak: streak,
      Log: log,
    }),
  };
}

async function judged(system: ReturnType<typeof hostWith>) {
  const [state] = await lookAt(system, [vllm]);
  return state?.judgement;
}

describe("where all is well", () => {
  test("one systemctl for the account, no journal and no podman", async () => {
    const system = hostWith(WELL, checked(0, 0, ""));
    expect(await judged(system)).toEqual({ word: "healthy", sentence: "its health check passes" });
    expect(system.runner.commands).toHaveLength(1);
  });

  test("a check that failed is seen without asking podman", async () => {
    const system = hostWith(WELL, checked(1, 1, "Traceback\n  urllib.error.HTTPError: HTTP Error 500\n"));
    expect(await judged(system)).toMatchObject({
      word: "degraded",
      sentence: "its last health check failed: urllib.error.HTTPError: HTTP Error 500",
    });
    expect(system.runner.printed.filter((line) => line.includes("podman"))).toEqual([]);
  });

  test("what an account puts in the way says nothing", async () => {
    const path = `/run/user/802/containers/overlay-containers/${ID}/healthcheck.log`;
    const system = hostWith(WELL, { ...checked(1, 1, "x"), [path]: { kind: "symlink", target: "/etc/shadow" } });
    expect(await judged(system)).toMatchObject({ word: "healthy" });
  });
});

describe("where it is not", () => {
  const entry = (fields: object) =>
    JSON.stringify({ __REALTIME_TIMESTAMP: "1763726390000000", USER_UNIT: "vllm-qwen.service", ...fields });

  test("journal, endings and image are asked about, and nothing else is done", async () => {
    const system = hostWith(FAILING);
    system.runner.on("show --timestamp", { stdout: "Id=vllm-qwen.service\nExecMainCode=1\nExecMainStatus=1\n" });
    system.runner.on("journalctl", {
      stdout: [
        entry({ CONTAINER_NAME: "vllm-qwen", MESSAGE: "OSError: You are trying to access a gated repo." }),
        entry({ PODMAN_EVENT: "died", SYSLOG_IDENTIFIER: "podman", MESSAGE: "error: container died" }),
        "not JSON",
      ].join("\n"),
    });
    expect(await judged(system)).toMatchObject({
      word: "failed",
      sentence: "the model Qwen/Qwen3-4B-Instruct-2507 is gated, and there is no token that may read it",
      hint: "sudo install-quadlets secrets set vllm-qwen/hf-token",
    });
    const asked = system.runner.printed.map((line) =>
      line.replace(/^setpriv .*? PATH=\S+ .*?(?=systemctl|podman)/, ""),
    );
    expect(asked.map((line) => line.split(" ").slice(0, 3).join(" ")).sort()).toEqual([
      "df --block-size=1 --output=size,avail,iavail,itotal,target",
      "journalctl --no-pager --quiet",
      "systemctl --user show",
      "systemctl --user show",
    ]);
  });

  test("on its way: the probe's own words, though podman and not conmon is the main process", async () => {
    const starting = FAILING.replace("auto-restart", "start").replace("exit-code", "success");
    const system = hostWith(starting, {
      ...checked(0, 1, "connection refused\n"),
      "/proc/77/cmdline": "/usr/bin/podman\0run\0--name\0vllm-qwen",
      [IMAGES.replace("overlay-images/images", "overlay-containers/volatile-containers")]: JSON.stringify([
        { id: "../../etc", names: ["other"] },
        { id: ID, names: ["vllm-qwen"] },
      ]),
    });
    expect(await judged(system)).toEqual({
      word: "starting",
      sentence: "it is on its way; its health check says: connection refused",
    });
  });

  test("podman that hangs, or a journal that is not there, only leaves something unsaid", async () => {
    const system = hostWith(FAILING);
    system.runner.on(/podman|journalctl|df /, () => {
      throw new (class extends Error {})("not a UserError");
    });
    await expect(judged(system)).rejects.toThrow("not a UserError");
    system.runner.on(/podman|journalctl|df /, { exitCode: 125, stderr: "no" });
    expect(await judged(system)).toMatchObject({ word: "failed", sentence: "it ended" });
  });

  test("an image that podman does not know", async () => {
    const system = hostWith(FAILING, { [IMAGES]: "[]" });
    expect(await judged(system)).toMatchObject({ sentence: `its image ${vllm.units[0]?.image} is gone` });
  });

  test("killed: the kernel's words about this unit of this user, and no other", async () => {
    const system = hostWith(FAILING);
    system.runner.on("show --timestamp", { stdout: "Id=vllm-qwen.service\nExecMainCode=1\nExecMainStatus=137\n" });
    const words = (uid: number, unit: string) => killedIn(groupOf(uid, unit), groupOf(uid, unit));
    system.runner.on("--dmesg", { stdout: words(803, "vllm-qwen.service") + words(802, "other.service") });
    expect(await judged(system)).toMatchObject({ sentence: expect.stringContaining("not for want of memory") });
    // However long ago it was: the kernel is asked about that minute, and not about the last ones.
    system.runner.on("show --timestamp", {
      stdout: "Id=vllm-qwen.service\nExecMainCode=1\nExecMainStatus=137\nExecMainExitTimestamp=@1764230000\n",
    });
    system.runner.on("--since=@1764229940 --grep=oom-kill:", { stdout: words(802, "vllm-qwen.service") });
    expect(await judged(system)).toMatchObject({ sentence: expect.stringContaining("because memory ran out") });
    const forbidden = { exitCode: 1, stderr: "No journal files were opened due to insufficient permissions.\n" };
    system.runner.on("--dmesg", { stdout: "", ...forbidden });
    expect(await judged(system)).toMatchObject({ sentence: expect.stringContaining("or for want of memory") });
    system.runner.on("--dmesg", { stdout: "", stderr: "", exitCode: 1 });
    expect(await judged(system)).toMatchObject({ sentence: expect.stringContaining("not for want of memory") });
  });

  test.each([
    ["its limit", killedIn(groupOf(802), groupOf(802)), "somebody has given it a limit"],
    [
      "one of the unit",
      killedIn(groupOf(802).replace(/\/libpod.*/, ""), groupOf(802)),
      "somebody has given it a limit",
    ],
    [
      "the account's",
      killedIn("/user.slice/user-802.slice", groupOf(802)),
      "the limit of /user.slice/user-802.slice was reached",
    ],
    ["all of the host", killedIn(undefined, groupOf(802)), "the host had none left"],
    [
      "another's, then its own",
      killedIn(undefined, groupOf(803)) + killedIn(groupOf(802), groupOf(802)),
      "somebody has given it a limit",
    ],
  ])("killed, and whose memory ran out: %s", async (_, dmesg, says) => {
    const system = hostWith(FAILING);
    system.runner.on("show --timestamp", { stdout: "Id=vllm-qwen.service\nExecMainCode=1\nExecMainStatus=137\n" });
    system.runner.on("--dmesg", { stdout: dmesg });
    expect(await judged(system)).toMatchObject({ sentence: `it was killed because memory ran out: ${says}` });
  });

  test("while the next try is on its way, the log tells how the one before ended: systemd has forgotten it", async () => {
    const system = hostWith(FAILING.replace("=auto-restart", "=start").replace("=exit-code", "=success\nNRestarts=1"));
    system.runner.on("show --timestamp", { stdout: "Id=vllm-qwen.service\nExecMainCode=0\nExecMainStatus=0\n" });
    system.runner.on("USER_UNIT=vllm-qwen.service", {
      stdout: [...TRY, "vllm-qwen.service: Scheduled restart job, restart counter is at 1.", TRY[0]]
        .map(ofSystemd)
        .join("\n"),
    });
    system.runner.on("--since=@1764229940 --grep=oom-kill:", { stdout: killedIn(undefined, groupOf(802)) });
    expect(await judged(system)).toMatchObject({
      word: "starting",
      sentence: expect.stringMatching(
        /; the try before: it was killed because memory ran out: the host had none left$/,
      ),
    });
  });

  test("its first process ended with a code of its own, after the kernel had killed another", async () => {
    const said = TRY.map((line) => line.replace("status=137/n/a", "status=1/FAILURE"));
    const system = hostWith(FAILING);
    system.runner.on("show --timestamp", { stdout: "Id=vllm-qwen.service\nExecMainCode=1\nExecMainStatus=1\n" });
    system.runner.on("--dmesg", { stdout: killedIn(groupOf(802), groupOf(802)) });
    system.runner.on("USER_UNIT=vllm-qwen.service", { stdout: said.map(ofSystemd).join("\n") });
    expect(await judged(system)).toMatchObject({ sentence: expect.stringContaining("because memory ran out") });
    // That was the try before this one.
    const again = [...said, TRY[0], "vllm-qwen.service: Main process exited, code=exited, status=1/FAILURE"];
    const complains = { ...JSON.parse(ofSystemd("bad option")), CONTAINER_NAME: "vllm-qwen", USER_UNIT: undefined };
    const own = JSON.stringify({ ...complains, _SYSTEMD_USER_UNIT: "vllm-qwen.service" });
    system.runner.on("USER_UNIT=vllm-qwen.service", { stdout: [...again.map(ofSystemd), own].join("\n") });
    expect(await judged(system)).toMatchObject({ sentence: "it ended with code 1" });
  });

  test("a port that another user's program has", async () => {
    const line = (uid: number) =>
      `  sl\n   0: 0100007F:1F40 00000000:0000 0A 00000000:00000000 00:00000000 00000000  ${uid}  0 81234 1\n`;
    const stranger = hostWith(FAILING, { "/proc/4242/net/tcp": line(1000) });
    expect(await judged(stranger)).toMatchObject({ sentence: "port 8000 is taken by uid 1000" });
    expect(await judged(hostWith(FAILING, { "/proc/4242/net/tcp": line(802) }))).toMatchObject({
      sentence: "it ended",
    });
  });

  test.each([
    ["loopback", "0100007F", "it ended"],
    ["another address of the host", "0A01A8C0", "it ended"],
    ["the address of the site", "01004064", "port 8081 is taken by uid 1000"],
    ["every address", "00000000", "port 8081 is taken by uid 1000"],
  ])("a stranger at %s, and a port that only faces the tailnet", async (_, address, sentence) => {
    const port = { name: "web", port: 8081, protocols: ["tcp"], bind: ["tailnet"], callers: [] };
    const service = { ...vllm, ports: [{ ...port, redirectFrom: undefined }] } as unknown as IndexedService;
    const system = hostWith(FAILING, {
      "/proc/4242/net/tcp": `  sl\n   0: ${address}:1F91 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000  0 81234 1\n`,
      [INDEX_PATH]: JSON.stringify({ ...index, address: "100.64.0.1" }),
    });
    expect((await lookAt(system, [service]))[0]?.judgement).toMatchObject({ sentence });
  });

  test("an account that is gone, and a manager that runs behind a directory that is gone", async () => {
    const without = memorySystem({ now: NOW, files: { "/etc/passwd": "root:x:0:0::/root:/bin/sh\n" } });
    expect((await lookAt(without, [vllm]))[0]?.judgement.sentence).toBe("the account vllm-user does not exist");
    const cutOff = memorySystem({
      files: { "/etc/passwd": "vllm-user:x:802:802::/:/bin/sh\n", "/var/lib/vllm/x": "" },
    });
    cutOff.runner.on("user@802.service", { stdout: "Id=user@802.service\nLoadState=loaded\nActiveState=active\n" });
    expect((await lookAt(cutOff, [vllm]))[0]?.judgement.sentence).toMatch(/^\/run\/user\/802 is gone/);
  });
});

test.each([
  [
    "free enough",
    "1B-blocks Avail IAvail Itotal\n100000000000 5000000000 100 1000 /\n50000000 40000000 9 10 /run\n",
    undefined,
  ],
  ["no bytes", "head\n100000000000 0 100 1000 /\n50000000 40000000 9 10 /run\n", { path: "/a", megabytes: 95367 }],
  [
    "no inodes",
    "head\n100000000000 5000000000 100 1000 /\n50000000 40000000 0 10 /run\n",
    { path: "/b", megabytes: 48 },
  ],
  ["none counted", "head\n100000000000 5000000000 0 0 /\n50000000 40000000 - - /run\n", undefined],
  ["one line too few", "head\n1048576 0 5 10 /mnt/my data\n", { path: "/mnt/my data", megabytes: 1 }],
  ["a small one with little left", "head\n8000000 500000 10 100 /\n", undefined],
  ["not there", "", undefined],
])("file systems: %s", (_, text, full) => {
  expect(firstFull(text, ["/a", "/b"])).toEqual(full);
});

test("data on a file system of their own, which is full", async () => {
  const system = memorySystem();
  const room = (free: number, target: string) => `1000000000 ${free} 9 10 ${target}`;
  system.runner.on("df ", {
    stdout: ["head", room(400_000_000, "/"), room(0, "/mnt/a"), room(400_000_000, "/run")].join("\n"),
  });
  const places = { directories: ["/var/lib/vllm/a"], files: [], unitFiles: [] };
  expect(await findFull(system, { ...vllm, places })).toEqual({ path: "/var/lib/vllm/a", megabytes: 954 });
});

test("entries of the journal: whose they are", () => {
  const of = (fields: object) =>
    parseEntry(JSON.stringify({ __CURSOR: "c", ...fields }), (_, text) => text.startsWith("ruok"));
  expect(of({ CONTAINER_NAME: "a", MESSAGE: "hello", _SYSTEMD_USER_UNIT: "a.service" })).toMatchObject({
    from: "own",
    unit: "a.service",
    text: "hello",
    cursor: "c",
  });
  expect(of({ CONTAINER_NAME: "a", MESSAGE: "ruok?" })?.from).toBe("noise");
  expect(of({ PODMAN_EVENT: "died", MESSAGE: "x" })?.from).toBe("event");
  expect(of({ USER_UNIT: "a.service", SYSLOG_IDENTIFIER: "systemd", MESSAGE: "Started" })?.from).toBe("systemd");
  expect(of({ SYSLOG_IDENTIFIER: "podman", _SYSTEMD_USER_UNIT: "a.service", MESSAGE: "Error" })?.from).toBe("podman");
  // Bytes that are no plain text come as numbers.
  expect(of({ CONTAINER_NAME: "a", MESSAGE: [27, 91, 195, 164] })?.text).toBe("\u001b[ä");
  expect(parseEntry("")).toBeUndefined();
});

test("health logs: in no form that we know they say nothing", () => {
  for (const text of ["", "[]", "{}", '{"Log":[]}', '{"Log":[{"End":"yesterday"}]}'])
    expect(parseHealth(text, NOW)).toBeUndefined();
  const hung = '{"FailingStreak":1,"Log":[{"End":"2026-11-21T11:59:00Z","ExitCode":-1,"Output":""}]}';
  expect(parseHealth(hung, NOW)).toEqual({ streak: 1, words: "no answer in time", secondsAgo: 60 });
  expect(containerOf(`conmon\0-c\0../../etc\0`)).toBeUndefined();
  expect(containerOf("podman\0start\0")).toBeUndefined();
});

describe("a file that was changed since the last run", () => {
  const places = { directories: [], files: ["/var/lib/vllm/a.conf"], unitFiles: ["/etc/vllm.container"] };
  const at = (modified: number) =>
    ({ kind: "file", content: "", uid: 0, gid: 0, mode: 0o644, modified }) as const satisfies MemoryNode;
  const record = { "/var/lib/install-quadlets/applied.json": at(1_000) };
  const cases: readonly (readonly [string, MemoryOptions["files"], object | undefined])[] = [
    ["none", { ...record, "/var/lib/vllm/a.conf": at(900), "/etc/vllm.container": at(1_000) }, undefined],
    [
      "a unit file",
      { ...record, "/var/lib/vllm/a.conf": at(900), "/etc/vllm.container": at(1_001) },
      { path: "/etc/vllm.container", gone: false },
    ],
    ["one that is gone", { ...record, "/etc/vllm.container": at(900) }, { path: "/var/lib/vllm/a.conf", gone: true }],
    ["nobody knows when the last run was", { "/etc/vllm.container": at(900) }, undefined],
  ];
  test.each(cases)("%s", async (_, files, touched) => {
    expect(await findTouched(memorySystem({ files: files ?? {} }), { ...vllm, places })).toEqual(touched);
  });
});
