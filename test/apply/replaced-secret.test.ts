/** The value of a secret was replaced by hand: named, what is made from it renewed, what uses it restarted; and what we write is ours. */
import { expect, test } from "vitest";
import { asUser } from "../../src/commands/accounts.ts";
import { createSecret } from "../../src/commands/podman.ts";
import { stepsOf } from "../../src/model/plan.ts";
import { install as run } from "../../src/runs/install.ts";
import { findDrift } from "../../src/verify/drift.ts";
import { installRunOn } from "../runs/support.ts";
import { everyStep } from "../support/every-step.ts";
import { parseOnce } from "../support/parsed-once.ts";
import { MemoryHost } from "./memory-host.ts";
import { smallSite } from "./small-site.ts";
import { expectConverged, install, prepareWith } from "./support.ts";

const SITE = smallSite();
parseOnce(SITE);

const WHY = "its value was replaced since the last run";
const RECORD = "/var/lib/install-quadlets/applied.json";

async function settled(): Promise<MemoryHost> {
  const host = new MemoryHost();
  await install(host, SITE);
  await runAgain(host);
  return host;
}

function runAgain(host: MemoryHost): Promise<unknown> {
  return run(installRunOn(host.system, () => SITE, { yes: true }));
}

/** As anybody would who is that user. */
async function replace(host: MemoryHost, key: string, value = "by hand"): Promise<void> {
  const [user, name = ""] = key.split("/");
  const { accounts } = (await prepareWith(host, SITE)).host;
  const account = accounts.find((one) => one.user === user);
  if (account === undefined) throw new Error("no account");
  await host.system.runner.run(asUser(account, createSecret(name, value)));
}

async function planned(host: MemoryHost): Promise<readonly string[]> {
  const steps = stepsOf((await prepareWith(host, SITE)).plan);
  return steps.map(({ summary, reason }) => `${summary}: ${reason.text}`).filter((line) => !line.startsWith("reload"));
}

async function drift(host: MemoryHost): Promise<readonly string[]> {
  const { plan } = await prepareWith(host, SITE);
  return findDrift(plan, new Map(), []).map(({ kind, subject, detail }) => `${kind}: ${subject}: ${detail}`);
}

test.each<[string, string, readonly string[], readonly string[]]>([
  [
    "one that others are made from",
    "store-user/store-key",
    [
      "secret store-url of store-user",
      "secret store-key of store-user, as it is now",
      "secret front-key of front-user",
      "restart store-sql",
      "restart store-api",
      "restart front",
    ],
    ["redis://:by hand@127.0.0.1/", "by hand"],
  ],
  ["a copy", "front-user/front-key", ["secret front-key of front-user", "restart front"], []],
  ["one that is composed", "store-user/store-url", ["secret store-url of store-user", "restart store-api"], []],
])("%s: what is made from it is renewed, and what uses it starts anew", async (_, key, steps, values) => {
  const host = await settled();
  const before = new Map(host.secrets);
  await replace(host, key);
  expect((await planned(host)).map((line) => line.split(": ")[0]).toSorted()).toEqual(steps.toSorted());
  const [user, name] = key.split("/");
  // What follows from it is not named as well.
  expect(await drift(host)).toEqual([`replaced: secret ${name} of ${user}: ${WHY}`]);
  await runAgain(host);
  await expectConverged(host, SITE);
  expect(await drift(host)).toEqual([]);
  const after = values.length === 0 ? before : new Map([...before, [key, "by hand"]]);
  if (values.length === 0) expect(host.secrets).toEqual(after);
  else expect(["store-user/store-url", "front-user/front-key"].map((one) => host.secrets.get(one))).toEqual(values);
  expect(host.text(RECORD)).not.toContain("by hand");
});

test("a record without ids, as an older program wrote it, claims nothing, and the next run writes them", async () => {
  const host = new MemoryHost();
  await install(host, SITE);
  await replace(host, "store-user/store-key");
  expect(await planned(host)).toEqual([]);
  await runAgain(host);
  expect(Object.keys(JSON.parse(host.text(RECORD)).secretIds)).toEqual([
    "front-user/front-key",
    "store-user/store-key",
    "store-user/store-url",
  ]);
  const before = host.changes;
  await runAgain(host);
  expect(host.changes).toBe(before);
});

test("what a rotation and its way back write is ours, wherever it is cut off", async () => {
  for (const step of everyStep()) {
    const host = await settled();
    host.failAt = host.changes + step;
    await install(host, SITE, undefined, ["store-user/store-key"]).catch(() => undefined);
    const wasKilled = host.killed;
    if (wasKilled) await host.revive();
    expect(
      (await planned(host)).filter((line) => line.includes("replaced")),
      `step ${step}`,
    ).toEqual([]);
    await runAgain(host);
    await expectConverged(host, SITE);
    if (!wasKilled) break;
  }
});

test("a run that fails and is taken back claims nothing of what podman got back", async () => {
  const host = await settled();
  const before = new Map(host.secrets);
  host.scripted.set("front.service", () => "ActiveState=failed\nSubState=failed\nResult=exit-code");
  await expect(install(host, SITE, undefined, ["store-user/store-key"], false)).rejects.toThrow("taken back");
  host.scripted.delete("front.service");
  expect(host.secrets).toEqual(before);
  expect((await planned(host)).filter((line) => line.includes(WHY))).toEqual([]);
});
