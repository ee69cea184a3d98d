/** State facts of a host in memory: what is asked, of whom, and what is not asked at all. */
import { expect, test } from "vitest";
import { gatherState } from "../../src/facts/gather-state.ts";
import { UserError } from "../../src/model/diagnostic.ts";
import { parseApplied } from "../../src/record/applied.ts";
import { readOnly } from "../../src/system/read-only.ts";
import { type MemoryOptions, type MemorySystem, memorySystem } from "../support/memory-system.ts";
import { desired } from "./desired.ts";

const STORE = "/var/lib/vllm/.local/share/containers/storage";
const PASSWD =
  "root:x:0:0::/root:/bin/sh\nvllm-user:x:931:931::/var/lib/vllm:/x\nold-user:x:950:950::/var/lib/old:/x\n";

function host(files: NonNullable<MemoryOptions["files"]> = {}) {
  const memory = memorySystem({ files: { "/etc/passwd": PASSWD, ...files } });
  memory.runner.on("systemctl show", {
    stdout: "Id=user@931.service\nActiveState=active\nLoadState=loaded\nMainPID=77\n",
  });
  memory.runner.on("systemctl --user show", {
    stdout:
      "Id=vllm.service\nLoadState=loaded\nActiveState=active\nSubState=running\nNeedDaemonReload=no\nNRestarts=1\n",
  });
  return { memory, gather: () => gatherState(readOnly(memory), desired) };
}

/** Once, of the whole host, it is also asked how full the file systems are. */
function asked({ runner }: MemorySystem): readonly string[] {
  const rest = runner.printed.filter((line) => !line.startsWith("df "));
  expect(runner.printed.length - rest.length).toBe(1);
  return rest;
}

test("a fresh host: everything missing, and only the system manager is asked", async () => {
  const { memory, gather } = host();
  const state = await gather();
  expect(state.paths.get(desired.directories[0]?.path ?? ("" as never))).toEqual({ kind: "missing" });
  expect([...state.secrets, ...state.images, ...state.containers]).toEqual([
    ["vllm-user", []],
    ["vllm-user", new Map()],
    ["vllm-user", new Map()],
  ]);
  expect(state.units.get(desired.accounts[0]?.user ?? ("" as never))).toEqual([]);
  expect(state.lingering).toEqual([]);
  expect(state.certificate).toBeUndefined();
  expect(state.applied).toEqual(parseApplied('{"version": 1}'));
  expect(asked(memory)).toHaveLength(1);
  expect(asked(memory)[0]).toMatch(/^systemctl show .* -- install-quadlets-firewall.service user@931.service$/);
});

test("a host with no account of ours: its manager is not even asked about", async () => {
  const { memory, gather } = host({ "/etc/passwd": "root:x:0:0::/root:/bin/sh\n" });
  const state = await gather();
  expect(state.managers.size).toBe(0);
  expect(asked(memory)).toHaveLength(1);
});

test("a host that runs: files with content, stores, one question to each manager", async () => {
  const { memory, gather } = host({
    "/var/lib/vllm": { kind: "directory", uid: 931, gid: 931, mode: 0o750 },
    "/etc/old.conf": { kind: "file", content: "old", uid: 0, gid: 931, mode: 0o640 },
    "/run/user/931/systemd/private": { kind: "other" },
    "/var/lib/systemd/linger/vllm-user": "",
    [`${STORE}/secrets/secrets.json`]: '{"secrets": {}, "nameToID": {"vllm-key": "1"}}',
    [`${STORE}/overlay-images/images.json`]: '[{"id": "1d", "names": ["docker.io/vllm/vllm-openai@sha256:abc"]}]',
    "/proc/77/limits": "Max open files            1024                 20000                files     \n",
    "/proc/4242/net/tcp": " 0: 0100007F:1F90 00000000:0000 0A 0:0 0:0 0  931  0 81234 1\n",
  });
  const state = await gather();
  expect(Object.fromEntries(state.paths)).toEqual({
    "/var/lib/vllm": { kind: "directory", uid: 931, gid: 931, mode: 0o750 },
    "/etc/new.conf": { kind: "missing" },
    "/etc/old.conf": { kind: "file", content: "old", uid: 0, gid: 931, mode: 0o640 },
  });
  expect(Object.fromEntries(state.secrets)).toEqual({ "vllm-user": ["vllm-key"] });
  expect(Object.fromEntries(state.images)).toEqual({
    "vllm-user": new Map([
      ["docker.io/vllm/vllm-openai@sha256:abc", "1d"],
      ["docker.io/vllm/vllm-openai:v1@sha256:abc", "1d"],
    ]),
  });
  expect(Object.fromEntries(state.units)).toMatchObject({ "vllm-user": [{ unit: "vllm.service", restarts: 1 }] });
  expect(Object.fromEntries(state.managers)).toEqual({
    "vllm-user": { active: "active", limits: { nofile: 20000 } },
  });
  expect(state.lingering).toEqual(["vllm-user"]);
  expect(state.listeners).toMatchObject([{ address: "127.0.0.1", port: 8080, uid: 931 }]);
  expect(asked(memory)).toHaveLength(2);
});

test("what earlier runs made is looked at too: accounts, units, files", async () => {
  const applied = {
    version: 1,
    units: { "old-user/old.service": "f", "root/old-firewall.service": "f", "root/user@950.service": "f" },
    files: ["/etc/gone.conf"],
    directories: ["/var/lib/old"],
    accounts: ["old-user", "never-existed"],
  };
  const { memory, gather } = host({
    "/var/lib/install-quadlets/applied.json": JSON.stringify(applied),
    "/run/user/950/systemd/private": { kind: "other" },
    "/etc/gone.conf": "before",
  });
  const state = await gather();
  expect(state.paths.get("/etc/gone.conf" as never)).toMatchObject({ kind: "file", content: "before" });
  expect(state.paths.get("/var/lib/old" as never)).toEqual({ kind: "missing" });
  const [system, old] = asked(memory);
  expect(system).toMatch(
    / -- install-quadlets-firewall.service old-firewall.service user@931.service user@950.service$/,
  );
  expect(old).toMatch(/^setpriv --reuid 950 .* systemctl --user show .* -- old.service$/);
  expect([...state.managers.keys()]).toEqual(["vllm-user", "old-user"]);
});

test("stores that their user damaged or replaced by symlinks: podman is asked as that user", async () => {
  const { memory, gather } = host({
    [`${STORE}/secrets/secrets.json`]: "garbage",
    [`${STORE}/overlay-images`]: { kind: "symlink", target: "/etc" },
  });
  memory.runner.on("podman secret ls", { stdout: "kept\n" });
  memory.runner.on("podman images", { stdout: "a:1 sha256:2e\n" });
  const state = await gather();
  expect(Object.fromEntries(state.secrets)).toEqual({ "vllm-user": ["kept"] });
  expect(Object.fromEntries(state.images)).toEqual({ "vllm-user": new Map([["a:1", "2e"]]) });
  const asked = memory.runner.printed.filter((line) => line.includes("podman"));
  expect(asked.every((line) => line.startsWith("setpriv --reuid 931 --regid 931 --init-groups -- env -i HOME="))).toBe(
    true,
  );
});

test("a symlink, a device and a huge file in our places are told apart, not read", async () => {
  const { gather } = host({
    "/var/lib/vllm": { kind: "symlink", target: "/etc" },
    "/etc/new.conf": { kind: "other" },
    "/etc/old.conf": "x".repeat(1024 * 1024 + 1),
  });
  expect(Object.fromEntries((await gather()).paths)).toEqual({
    "/var/lib/vllm": { kind: "other", what: "a symlink" },
    "/etc/new.conf": { kind: "other", what: "a device, pipe or socket" },
    "/etc/old.conf": { kind: "other", what: "a file of 1048577 bytes" },
  });
});

const RUNNING = { "/run/user/931/systemd/private": { kind: "other" } } as const;
const NOTHING_KNOWN = [[], [], new Map(), new Map()];

function known(state: Awaited<ReturnType<typeof gatherState>>): readonly unknown[] {
  const user = desired.accounts[0]?.user ?? ("" as never);
  return [state.units, state.secrets, state.images, state.containers].map((map) => map.get(user));
}

test.each<[string, NonNullable<MemoryOptions["files"]>, string, () => unknown, string]>([
  [
    "a manager that does not answer",
    RUNNING,
    "systemctl --user show",
    () => {
      throw new UserError("no end after 20 s, killed: systemctl ...\nwhat it printed");
    },
    "the user manager of vllm-user does not answer: no end after 20 s, killed: systemctl ...",
  ],
  [
    "a pipe in the place of a list",
    { ...RUNNING, [`${STORE}/secrets/secrets.json`]: { kind: "other" } },
    "podman secret ls",
    () => {
      throw new Error("asked, and would wait for ever");
    },
    `the secrets of vllm-user cannot be listed: ${STORE}/secrets/secrets.json: is not a regular file`,
  ],
  [
    "a list that podman cannot read either",
    { ...RUNNING, [`${STORE}/overlay-images/images.json`]: "{" },
    "podman images",
    () => ({ exitCode: 125, stderr: "Error: unexpected end of JSON input\n" }),
    `the images of vllm-user cannot be listed: ${STORE}/overlay-images/images.json: damaged; podman says: Error: unexpected end of JSON input`,
  ],
])("an account is set aside for %s", async (_, files, command, answer, reason) => {
  const { memory, gather } = host(files);
  memory.runner.on(command, answer as never);
  const state = await gather();
  expect([...state.aside]).toEqual([["vllm-user", reason]]);
  expect(known(state)).toEqual(NOTHING_KNOWN);
});

test("before its manager runs, what podman cannot read counts as empty", async () => {
  const { memory, gather } = host({ [`${STORE}/overlay-images/images.json`]: "{" });
  memory.runner.on("podman images", { exitCode: 125, stderr: "no runtime directory" });
  expect((await gather()).aside.size).toBe(0);
});
