/** The record of what was applied is damaged or gone: nothing restarts, nothing is made, and it is whole after a run. */
import { expect, test } from "vitest";
import { stepsOf } from "../../src/model/plan.ts";
import { findApplied } from "../../src/record/applied.ts";
import { install } from "../../src/runs/install.ts";
import { renew } from "../../src/runs/renew.ts";
import { rollback } from "../../src/runs/rollback.ts";
import { findDrift } from "../../src/verify/drift.ts";
import { MemoryHost } from "../apply/memory-host.ts";
import { smallSite } from "../apply/small-site.ts";
import { expectConverged, prepareWith, install as settle } from "../apply/support.ts";
import { siteSources } from "../render/support.ts";
import { everyStep } from "../support/every-step.ts";
import { parseOnce } from "../support/parsed-once.ts";
import { useSmallKeys } from "../support/small-keys.ts";
import { installRunOn, runOn } from "./support.ts";

useSmallKeys();
const SITE = smallSite();
const CHANGED = smallSite((text) => text.replace("4096", "8192"));
const WITH_TLS = siteSources(
  "services: { dnsmasq: { enabled: false }, open-webui: { enabled: false }, opik: { enabled: false } }",
);
for (const sources of [SITE, CHANGED, WITH_TLS]) parseOnce(sources);

const STATE = "/var/lib/install-quadlets";
const RECORD = `${STATE}/applied.json`;
const COPY = `${STATE}/applied.copy.json`;
const INDEX = `${STATE}/index.json`;

async function settled(): Promise<MemoryHost> {
  const host = new MemoryHost();
  await settle(host, SITE);
  // It looks once more, and writes down what it sees.
  await install(installRunOn(host.system, () => SITE));
  return host;
}

type Damage = (host: MemoryHost, path: string) => void;
const truncate: Damage = (host, path) => host.system.files.put(path, host.text(path).slice(0, 100));
const empty: Damage = (host, path) => host.system.files.put(path, "");
const remove: Damage = (host, path) => host.system.files.nodes.delete(path);

async function planned(host: MemoryHost): Promise<readonly string[]> {
  return stepsOf((await prepareWith(host, SITE)).plan).map(({ summary, reason }) => `${summary}: ${reason.text}`);
}

const anew = (fault: string) => [
  `record ${RECORD}: ${fault}; its copy ${COPY} counts, and it is written anew from that`,
];

test.each<[string, Damage, string]>([
  ["is damaged", truncate, "damaged"],
  ["is damaged", empty, "damaged"],
  ["is not there", remove, "missing"],
])("a record that %s (%o) is all that the plan and verify name, and a run writes it", async (fault, damage, kind) => {
  const host = await settled();
  const before = host.text(RECORD);
  damage(host, RECORD);
  expect(await planned(host)).toEqual(anew(fault));
  const { plan } = await prepareWith(host, SITE);
  expect(findDrift(plan, new Map(), [])).toMatchObject([{ by: "host", kind, subject: RECORD }]);
  const running = host.running();
  expect(await install(installRunOn(host.system, () => SITE, { yes: true }))).toBe("done");
  expect(host.text(RECORD)).toBe(before);
  expect(host.running()).toEqual(running);
  await expectConverged(host, SITE);
});

test("the same of the index: it is written anew, and nothing else is done", async () => {
  const host = await settled();
  const before = host.text(INDEX);
  for (const damage of [truncate, empty, remove]) {
    damage(host, INDEX);
    expect((await planned(host)).map((line) => line.split(/ \(|: /)[0])).toEqual([`file ${INDEX}`]);
    await install(installRunOn(host.system, () => SITE, { yes: true }));
    expect(host.text(INDEX)).toBe(before);
  }
});

test.each<[string, Damage]>([
  ["damaged", truncate],
  ["not there, as after an older program", remove],
])("a copy that is %s is written by a run that has nothing to do", async (_, damage) => {
  const host = await settled();
  damage(host, COPY);
  expect(await planned(host)).toEqual([]);
  await install(installRunOn(host.system, () => SITE));
  expect(host.text(COPY)).toBe(host.text(RECORD));
  const before = host.changes;
  await install(installRunOn(host.system, () => SITE));
  expect(host.changes).toBe(before);
});

test("neither is whole: an error, with what is lost", async () => {
  const host = await settled();
  for (const path of [RECORD, COPY]) truncate(host, path);
  await expect(prepareWith(host, SITE)).rejects.toMatchObject({
    code: "record-damaged",
    message: `${RECORD}: is damaged`,
    hint: `restore it, or rm ${RECORD} ${COPY}: then everything counts as not ours`,
  });
});

test("damaged where a run was cut off, anywhere: the next one brings all of it to its end", async () => {
  for (const step of everyStep()) {
    const host = await settled();
    host.failAt = host.changes + step;
    await settle(host, CHANGED).catch(() => undefined);
    if (!host.killed) break;
    await host.revive();
    truncate(host, RECORD);
    expect((await settle(host, CHANGED)).facts.recordFault, `step ${step}`).toBe("is damaged");
    await expectConverged(host, CHANGED);
  }
});

test("taken back, a run that began with a damaged record leaves a whole one", async () => {
  for (const damage of [truncate, remove]) {
    const host = await settled();
    const before = host.text(RECORD);
    damage(host, RECORD);
    await settle(host, CHANGED);
    expect(host.text(RECORD)).not.toBe(before);
    await rollback(runOn(host.system), undefined, true);
    for (const path of [RECORD, COPY]) expect(host.text(path)).toBe(before);
    await rollback(runOn(host.system), undefined, true);
    for (const path of [RECORD, COPY]) expect(host.text(path)).toBe("");
  }
});

test("taking back the run of an older program, whose journal has no copy, leaves none that says otherwise", async () => {
  const host = await settled();
  const { nodes } = host.system.files;
  nodes.delete(COPY);
  const isOfCopy = (path: string) => path.includes("/undo-") && host.text(path).includes(COPY);
  for (const path of [...nodes.keys()].filter(isOfCopy)) nodes.delete(path);
  await install(installRunOn(host.system, () => SITE));
  expect(nodes.has(COPY)).toBe(true);
  await rollback(runOn(host.system), undefined, true);
  expect([nodes.has(RECORD), nodes.has(COPY)]).toEqual([false, false]);
});

test("who reads it without a plan says so, and goes on with the copy", async () => {
  const host = new MemoryHost();
  await settle(host, WITH_TLS);
  truncate(host, RECORD);
  const says = `complain: ${RECORD} is damaged: its copy ${COPY} counts; sudo install-quadlets writes it anew`;
  const renewal = runOn(host.system);
  await renew(renewal);
  expect(renewal.heard.slice(1)).toEqual([says, expect.stringMatching(/nothing to do: the certificate/), "unlock"]);
  const back = runOn(host.system);
  await rollback(back, undefined, true);
  expect(back.heard).toContain(says);
  expect((await findApplied(host.system.files)).applied.units).toEqual({});
});
