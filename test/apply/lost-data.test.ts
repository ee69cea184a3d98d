/** Data, or the secret that they were made with, are suddenly not there: nothing is begun anew, unless somebody asks for it by name. */
import { expect, test } from "vitest";
import { asUser } from "../../src/commands/accounts.ts";
import { createSecret, removeSecret } from "../../src/commands/podman.ts";
import { resolveStack } from "../../src/config/resolve.ts";
import { stepsOf } from "../../src/model/plan.ts";
import { Secret } from "../../src/model/secret.ts";
import type { Wishes } from "../../src/plan/make-plan.ts";
import { findTied } from "../../src/runs/changeable-secret.ts";
import { install as run } from "../../src/runs/install.ts";
import { giveBack } from "../../src/runs/set-secret.ts";
import { ownSources } from "../render/support.ts";
import { installRunOn } from "../runs/support.ts";
import { everyStep } from "../support/every-step.ts";
import { parseOnce } from "../support/parsed-once.ts";
import { MemoryHost } from "./memory-host.ts";
import { applyOn, expectConverged, install, listener, prepareWith, uninstall } from "./support.ts";

const SITE = ownSources({
  store: `
description: a store
account: { user: store-user, home: /var/lib/store }
secrets:
  root: { generate: { length: 33, alphabet: base62, rotate: { container: sql, command: read value } } }
  url: { compose: "db://\${secret.root}@127.0.0.1/" }
  between: { generate: { length: 33, alphabet: base62 } }
directories: [{ path: db }, { path: db/inner }]
containers:
  sql: { image: "docker.io/lab/sql:1", secrets: [{ secret: root, env: KEY }, { secret: url, env: URL }], mounts: [{ source: db, target: /db }] }
backup: { parts: { db: { directory: db } }, secrets: [root] }
`,
  side: `
description: a side
account: { user: side-user, home: /var/lib/side }
directories: [{ path: cache }]
containers:
  side: { image: "docker.io/lab/side:1", mounts: [{ source: cache, target: /cache }] }
`,
});
parseOnce(SITE);

const ROWS = "/var/lib/store/db/rows";
const ROOT = "store-user/store-root";

async function settled(): Promise<MemoryHost> {
  const host = new MemoryHost();
  await install(host, SITE);
  host.system.files.put(ROWS, "12");
  return host;
}

/** And a run has seen what is there. */
async function remembered(): Promise<MemoryHost> {
  const host = await settled();
  await runAgain(host);
  return host;
}

function runAgain(host: MemoryHost, wishes: Wishes = {}): Promise<unknown> {
  return run(installRunOn(host.system, () => SITE, { yes: true, wishes }));
}

function filled(host: MemoryHost): unknown {
  return JSON.parse(host.text("/var/lib/install-quadlets/applied.json")).filled;
}

function lose(host: MemoryHost, ...below: readonly string[]): void {
  const { nodes } = host.system.files;
  for (const path of [...nodes.keys()])
    if (below.some((one) => path === one || path.startsWith(`${one}/`))) nodes.delete(path);
}

async function drop(host: MemoryHost, ...names: readonly string[]): Promise<void> {
  const { accounts } = (await prepareWith(host, SITE)).host;
  const account = accounts.find(({ user }) => user === "store-user");
  if (account === undefined) throw new Error("no account");
  for (const name of names) await host.system.runner.run(asUser(account, removeSecret(name)));
}

/** Why the store is left as it is, and what else is done. */
async function planned(host: MemoryHost, wishes: Wishes = {}): Promise<readonly string[]> {
  const { plan } = await prepareWith(host, SITE, wishes);
  return [
    ...(plan.aside ?? []).map(({ service, reason }) => `${service}: ${reason.split(";")[0]}`),
    ...stepsOf(plan).map(({ summary }) => summary),
  ];
}

const GONE =
  "store: it had data in /var/lib/store/db on 2026-11-21, and that is not there: its file system may not be mounted (findmnt --verify)";
const EMPTY = GONE.replace("not there", "empty");
const LOST =
  "store: its secret store-root is gone, and its data were made with the value: they do not open with another one";

test.each<[string, (host: MemoryHost) => unknown, readonly string[]]>([
  ["nothing", () => undefined, []],
  ["its home", (host) => lose(host, "/var/lib/store"), [GONE]],
  [
    "all that is in its home, as where nothing is mounted",
    (host) => lose(host, "/var/lib/store/db", "/var/lib/store/.local"),
    [GONE],
  ],
  ["its data", (host) => lose(host, "/var/lib/store/db"), [GONE]],
  [
    "a directory of one that has no data to lose",
    (host) => lose(host, "/var/lib/side/cache"),
    ["directory /var/lib/side/cache (0755, 999:999)", "reload the user manager of side-user", "restart side"],
  ],
  ["the secret", (host) => drop(host, "store-root"), [LOST]],
  ["the secret, and what is made from it", (host) => drop(host, "store-root", "store-url"), [LOST]],
])("lost: %s", async (_, happens, says) => {
  const host = await settled();
  await happens(host);
  const found = await planned(host);
  expect(
    found.map((line) => line.replace(/\d{4}-\d\d-\d\d/, "2026-11-21").replace(/\(0\d+, .*\)$/, "(0755, 999:999)")),
  ).toEqual(says);
});

const MOUNT_POINT: readonly string[] = ["/var/lib/store/db"];

test.each<[string, (host: MemoryHost) => unknown, readonly string[]]>([
  ["nothing", () => undefined, []],
  ["what is in it, and what we put there stays", (host) => lose(host, ROWS), [EMPTY]],
  [
    "what is in it, as where the file system of its mount point is a new one",
    (host) => {
      lose(host, ROWS, "/var/lib/store/db/inner");
      host.system.files.put("/var/lib/store/db/lost+found/x", "");
    },
    [EMPTY],
  ],
  ["all of it", (host) => lose(host, ...MOUNT_POINT), [GONE]],
  ["what is in it, and its secret", (host) => Promise.all([lose(host, ROWS), drop(host, "store-root")]), [EMPTY]],
])("a directory that had data at the end of a run lost %s", async (_, happens, says) => {
  const host = await remembered();
  await happens(host);
  expect((await planned(host)).map((line) => line.replace(/on \d{4}-\d\d-\d\d/, "on 2026-11-21"))).toEqual(says);
});

async function replace(host: MemoryHost, name: string): Promise<void> {
  const { accounts } = (await prepareWith(host, SITE)).host;
  const account = accounts.find(({ user }) => user === "store-user");
  if (account === undefined) throw new Error("no account");
  await host.system.runner.run(asUser(account, createSecret(name, "by hand")));
}

const REPLACED =
  "store: its secret store-root was replaced since the last run, and its data were made with the former value: they do not open with another one";

test("a secret of its data that somebody replaced: it is left as it is, also by the run after that", async () => {
  const host = await remembered();
  await replace(host, "store-root");
  expect(await planned(host)).toEqual([REPLACED]);
  const unit = host.running();
  for (const _ of [1, 2]) await expect(runAgain(host)).rejects.toThrow("--anew store takes it as it is now");
  expect(host.running()).toEqual(unit);
});

test("who knows its former value gives it, and all is as it was", async () => {
  const host = await remembered();
  const before = new Map(host.secrets);
  const named = findTied(resolveStack(SITE), "store/root");
  if (named === undefined) throw new Error("not tied");
  await replace(host, "store-root");
  await giveBack(
    installRunOn(host.system, () => SITE),
    named,
    new Secret(before.get(ROOT) ?? ""),
  );
  await runAgain(host);
  expect(host.secrets).toEqual(before);
  await expectConverged(host, SITE);
});

test("rotated, it gets a value of ours, and whoever holds it in its data is told", async () => {
  const host = await remembered();
  await replace(host, "store-root");
  await runAgain(host, { secrets: [ROOT] });
  expect(host.secrets.get(ROOT)).toMatch(/^\w{33}$/);
  expect([...host.told.values()]).toEqual([host.secrets.get(ROOT)]);
  await expectConverged(host, SITE);
});

test("asked for by name it is taken as it is now, and what is made from it follows", async () => {
  const host = await remembered();
  await replace(host, "store-root");
  await runAgain(host, { anew: ["store"] });
  expect([host.secrets.get(ROOT), host.secrets.get("store-user/store-url")]).toEqual([
    "by hand",
    "db://by hand@127.0.0.1/",
  ]);
  await expectConverged(host, SITE);
});

test("what has data is remembered by a run that has nothing else to do, once, and forgotten with the service", async () => {
  const host = await settled();
  expect(filled(host)).toBeUndefined();
  await run(installRunOn(host.system, () => SITE, { dryRun: true }));
  expect(filled(host)).toBeUndefined();
  await runAgain(host);
  expect(filled(host)).toEqual(MOUNT_POINT);
  const before = host.changes;
  await runAgain(host);
  expect(host.changes).toBe(before);
  await uninstall(host, "keep");
  expect(filled(host)).toBeUndefined();
});

test("while its file system is not mounted it is left as it is and remembered, and with it all is well", async () => {
  const host = await remembered();
  lose(host, ROWS, "/var/lib/side/cache");
  const unit = () => host.running().filter(({ unit: name }) => name.startsWith("store-user/"));
  const before = unit();
  await expect(runAgain(host)).rejects.toThrow(/^store is left as it is: it had data .*that is empty: its file system/);
  await expect(runAgain(host)).rejects.toThrow("store is left as it is");
  expect([host.system.files.nodes.has("/var/lib/side/cache"), unit(), filled(host)]).toEqual([
    true,
    before,
    MOUNT_POINT,
  ]);
  host.system.files.put(ROWS, "12");
  await expectConverged(host, SITE);
});

test("--anew goes on with an empty directory, and what comes into it then is remembered as ever", async () => {
  const host = await remembered();
  lose(host, ROWS);
  await runAgain(host, { anew: ["store"] });
  expect(filled(host)).toBeUndefined();
  await expectConverged(host, SITE);
  lose(host, "/var/lib/side/cache");
  host.system.files.put(ROWS, "1");
  await runAgain(host);
  expect(filled(host)).toEqual(MOUNT_POINT);
});

test("a secret that no data were made with, and one of data that are not there, are made anew", async () => {
  const host = await settled();
  await drop(host, "store-between");
  expect((await planned(host))[0]).toBe("secret store-between of store-user");
  await drop(host, "store-root");
  lose(host, ROWS);
  // What we put there ourselves, and what a new file system has, are no data.
  host.system.files.put("/var/lib/store/db/lost+found/x", "");
  expect(await planned(host)).toContain("secret store-root of store-user");
});

test("the others go on, and nothing of it is touched", async () => {
  const host = await settled();
  await drop(host, "store-root");
  lose(host, "/var/lib/side/cache");
  const unit = () => host.running().filter(({ unit: name }) => name.startsWith("store-user/"));
  const before = unit();
  const prepared = await prepareWith(host, SITE);
  await applyOn(host, prepared, listener(), { what: "install", keepGoing: false });
  expect(host.system.files.nodes.has("/var/lib/side/cache")).toBe(true);
  expect([unit(), host.secrets.has(ROOT)]).toEqual([before, false]);
  // And is still known as ours.
  expect(await planned(host)).toEqual([LOST]);
});

test.each<[string, (host: MemoryHost) => unknown]>([
  ["the secret", (host) => drop(host, "store-root")],
  ["the home", (host) => lose(host, "/var/lib/store")],
])("asked for by name it begins anew: %s", async (_, happens) => {
  const host = await settled();
  await happens(host);
  const prepared = await prepareWith(host, SITE, { anew: ["store"] });
  await applyOn(host, prepared, listener(), { what: "install", keepGoing: false });
  expect(host.secrets.get(ROOT)).toMatch(/^\w{33}$/);
  await expectConverged(host, SITE);
  await expect(prepareWith(host, SITE, { anew: ["side"] })).rejects.toThrow("--anew side: there is no service");
});

test("who knows the value gives it, and the next run goes on with it", async () => {
  const host = await settled();
  const value = host.secrets.get(ROOT) ?? "";
  const named = findTied(resolveStack(SITE), "store/root");
  if (named === undefined) throw new Error("not tied");
  const give = () =>
    giveBack(
      installRunOn(host.system, () => SITE),
      named,
      new Secret(value),
    );
  await expect(give()).rejects.toThrow("store/root is made on this host, not given");
  await drop(host, "store-root");
  expect(await give()).toContain("the next run hands it on");
  await install(host, SITE);
  expect(host.secrets.get(ROOT)).toBe(value);
  await expectConverged(host, SITE);
});

test.each(["keep", "all"] as const)(
  "after an uninstall (%s), and whatever was removed by hand then, it is installed as ever",
  async (depth) => {
    const host = await remembered();
    await uninstall(host, depth);
    lose(host, "/var/lib/store");
    await install(host, SITE);
    await expectConverged(host, SITE);
  },
);

test("a first run that is cut off at any step is continued", async () => {
  for (const step of everyStep()) {
    const host = new MemoryHost();
    host.failAt = host.changes + step;
    await install(host, SITE).catch(() => undefined);
    if (!host.killed) break;
    await host.revive();
    expect((await prepareWith(host, SITE)).plan.aside, `step ${step}`).toBeUndefined();
  }
});
