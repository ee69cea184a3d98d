/** A unit that is replaced side by side: who serves at each moment, and what is left when a run fails, is cut off, or the power goes. */
import { expect, test } from "vitest";
import { stepsOf } from "../../src/model/plan.ts";
import { install as installRun } from "../../src/runs/install.ts";
import { rollback } from "../../src/runs/rollback.ts";
import { ownSources } from "../render/support.ts";
import { installRunOn, runOn } from "../runs/support.ts";
import { everyStep } from "../support/every-step.ts";
import { useSmallKeys } from "../support/small-keys.ts";
import { MemoryHost } from "./memory-host.ts";
import { PROXY } from "./proxy-site.ts";
import { expectConverged, install, listener, prepareOn } from "./support.ts";

useSmallKeys();

interface Wanted {
  /** In its unit file. */
  readonly word?: string;
  /** Of its image. */
  readonly tag?: string;
  /** In a file that it reads. */
  readonly days?: number;
}

const app = ({ word = "one", tag = "1", days = 7 }: Wanted) => `
description: an application
account: { user: app-user, home: /var/lib/app }
secrets: { key: { generate: { length: 33, alphabet: base62 } } }
settings:
  retention_days: { type: integer, default: ${days}, description: days }
  megabytes_a_second: { type: integer, default: 4, description: megabytes }
directories: [{ path: config, owner: "0:0", mode: "0755" }]
files: [{ template: loki/loki.yaml.hbs, path: config/app.yaml, restarts: [app] }]
ports:
  web: { host: 8080, container: 80, bind: [loopback] }
  web-twin: { host: 8090, container: 80, bind: [loopback], twin_of: web }
routes: [{ host: app, port: web }, { host: second, port: web }]
containers:
  app:
    image: docker.io/lab/app:${tag}
    environment: { WORD: ${word} }
    secrets: [{ secret: key, env: KEY }]
    mounts: [{ source: config, target: /config, read_only: true }]
    replace: side-by-side
    health: { command: "true" }
    listens: [80]
`;

const site = (wanted: Wanted = {}) => ownSources({ proxy: PROXY, app: app(wanted) });

/** With the site of before, and a list of what happens from then on. */
async function arranged(): Promise<{ readonly host: MemoryHost; readonly events: string[] }> {
  const host = new MemoryHost();
  await install(host, site());
  const events: string[] = [];
  host.started = (unit) => events.push(`start ${unit}`);
  host.executed = (container, argv) => {
    events.push(`${container}: ${argv.join(" ")}`);
    return {};
  };
  return { host, events };
}

const REPLACED = ["start app-twin.service", "proxy: begin app second", "start app.service", "proxy: end app second"];

const twinOf = (host: MemoryHost) =>
  [...host.system.files.nodes.keys(), ...host.running().map(({ unit }) => unit)].filter((name) =>
    /^(?!\/run\/).*twin/.test(name),
  );

test.each([
  ["another unit file", site({ word: "two" }), []],
  ["another image of a service without data", site({ tag: "2" }), []],
  ["another file that it reads", site({ days: 8 }), []],
  ["another value of a secret", site(), ["app-user/app-key"]],
])("%s: the second one serves before the first goes down, and until it is up again", async (_, sources, rotate) => {
  const { host, events } = await arranged();
  const prepared = await prepareOn(host, sources, rotate);
  expect(stepsOf(prepared.plan).map(({ summary }) => summary)).toContain("replace app side by side");
  expect(prepared.plan.outages).toBeUndefined();
  const told = listener();
  await install(host, sources, told, rotate);
  expect(events).toEqual(REPLACED);
  expect(told.lines.filter((line) => line.startsWith("done "))).toHaveLength(stepsOf(prepared.plan).length);
  expect(twinOf(host)).toEqual([]);
  await expectConverged(host, sources);
});

test("one that does not come up with what is new leaves the first alone", async () => {
  const { host, events } = await arranged();
  host.scripted.set("app-twin.service", () => "ActiveState=failed\nSubState=failed\nResult=exit-code\n");
  const before = host.running().find(({ unit }) => unit === "app-user/app.service")?.startedWith;
  const run = install(host, site({ word: "two" }), listener(), [], false);
  await expect(run).rejects.toThrow("app runs on as it was: a second one did not come up with what is new");
  expect(events.filter((event) => event !== "start app-twin.service")).toEqual(["proxy: end app second"]);
  expect(host.running().find(({ unit }) => unit === "app-user/app.service")?.startedWith).toBe(before);
  expect(twinOf(host)).toEqual([]);
  await expectConverged(host, site());
});

test("a proxy that does not run leads nobody round: that is said, and the change is made", async () => {
  const { host, events } = await arranged();
  host.executed = () => {
    host.scripted.set("proxy.service", () => "ActiveState=inactive\nSubState=dead\nResult=success\n");
    return { exitCode: 125, stderr: "Error: no container with name proxy" };
  };
  const told = listener();
  await install(host, site({ word: "two" }), told);
  expect(events).toContain("start app.service");
  expect(told.lines.join("\n")).toContain(
    "proxy leads nobody round app, which is down for a moment: Error: no container",
  );
  expect(twinOf(host)).toEqual([]);
});

test("a proxy that runs and does not lead back keeps the second one: the next run ends it", async () => {
  const { host } = await arranged();
  host.executed = (_, [verb]) => (verb === "end" ? { exitCode: 1, stderr: "no" } : {});
  const told = listener();
  await install(host, site({ word: "two" }), told);
  expect(told.lines.join("\n")).toContain("proxy does not lead back: no; the next run of install-quadlets ends it");
  expect(twinOf(host)).toContain("app-user/app-twin.service");
  host.executed = () => ({});
  await installRun(installRunOn(host.system, () => site({ word: "two" }), { yes: true, tokens: false }));
  expect(twinOf(host)).toEqual([]);
});

test("a rollback does the same; where another unit file would have another twin, in place", async () => {
  const { host, events } = await arranged();
  await install(host, site({ days: 8 }));
  events.length = 0;
  await rollback(runOn(host.system), "1", true);
  expect(events).toEqual(REPLACED);
  await install(host, site({ word: "two" }));
  events.length = 0;
  await rollback(runOn(host.system), "2", true);
  expect(events).toEqual(["start app.service"]);
  expect(twinOf(host)).toEqual([]);
  await expectConverged(host, site());
});

test("the proxy is first; whatever ends all of its account takes it down", async () => {
  const { host } = await arranged();
  const pulled = await prepareOn(
    host,
    ownSources({ proxy: PROXY.replace("proxy:1", "proxy:2"), app: app({ days: 8 }) }),
  );
  expect(stepsOf(pulled.plan).map(({ summary }) => summary)).toEqual(
    expect.arrayContaining(["restart proxy", "replace app side by side"]),
  );
  const limits = { LimitNOFILE: 4096 };
  const account = app({ days: 8 }).replace(
    "home: /var/lib/app",
    `home: /var/lib/app, limits: ${JSON.stringify(limits)}`,
  );
  const manager = await prepareOn(host, ownSources({ proxy: PROXY, app: account }));
  expect(stepsOf(manager.plan).map(({ summary }) => summary)).toContain("restart app");
});

test.each([["and booted, "], [""]])(
  "killed at any step, %sand run again: what is new runs, and nothing of the second one is left",
  async (boots) => {
    for (const step of everyStep()) {
      const { host } = await arranged();
      host.failAt = host.changes + step;
      await install(host, site({ word: "two" }), listener(), [], false).catch(() => undefined);
      const { killed } = host;
      await host.revive();
      if (boots !== "") host.boot();
      await installRun(installRunOn(host.system, () => site({ word: "two" }), { yes: true, tokens: false }));
      expect(twinOf(host), `step ${step}`).toEqual([]);
      await expectConverged(host, site({ word: "two" }));
      if (!killed) break;
    }
  },
);

test("refused at any step: everything is taken back, and nothing of the second one is left", async () => {
  for (const step of everyStep()) {
    const { host } = await arranged();
    host.refuseAt = host.changes + step;
    const told = listener();
    const ended = await install(host, site({ word: "two" }), told, [], false).then(() => "done", String);
    if (host.changes < host.refuseAt) break;
    // One that would not stop is said, serves on, and goes with the next run.
    if (told.lines.join("\n").includes("the next run of install-quadlets ends it"))
      await installRun(installRunOn(host.system, () => site({ word: "two" }), { yes: true, tokens: false }));
    expect(twinOf(host), `step ${step}: ${ended}`).toEqual([]);
    const runs = host.running().find(({ unit }) => unit === "app-user/app.service");
    expect(runs?.startedWith.includes("WORD=two"), `step ${step}: ${ended}`).toBe(
      /done|everything was applied/.test(ended),
    );
    expect(runs?.startedWith, `step ${step}: ${ended}`).toBe(runs?.fresh);
  }
});
