/** Runs with copies of data that were cut off, forwards or on their way back: what comes next brings the rows to one version or the other. */
import { expect, test } from "vitest";
import { userError } from "../../src/model/diagnostic.ts";
import type { Generation } from "../../src/model/journal.ts";
import { stepsOf } from "../../src/model/plan.ts";
import { listGenerations } from "../../src/record/generations.ts";
import { install as installRun } from "../../src/runs/install.ts";
import { rollback } from "../../src/runs/rollback.ts";
import { underLock } from "../../src/runs/under-lock.ts";
import { installRunOn, runOn } from "../runs/support.ts";
import { everyStep } from "../support/every-step.ts";
import type { MemoryHost } from "./memory-host.ts";
import { copiedRows, copiesOn, cutAfterCopy, FILE, ROWS, STATES, site, storeWithRows, uncopied } from "./store-host.ts";
import { applyOn, expectConverged, install, listener, prepareWith } from "./support.ts";

/** As a person goes on: what is typed again, and then what the error says. */
async function goOn(host: MemoryHost): Promise<string> {
  const again = () => installRun(installRunOn(host.system, () => site(3), { yes: true, tokens: false }));
  const said = await again().then(() => "done", String);
  if (!said.includes("12 before run 2, 0 now; what was there is in /var/lib/store/.db.before-run-2")) return said;
  // It is said as often as somebody asks, and nothing is dropped meanwhile.
  expect(await again().then(() => "done", String)).toBe(said);
  await rollback(runOn(host.system), "1", true);
  return "rolled back";
}

test.each(
  Object.entries(STATES).flatMap(([name, arrange]) =>
    ["and booted, ", ""].map((boots) => [name, boots, arrange] as const),
  ),
)(
  "%s: killed at any step, %sand run again to a version that loses the rows: that is noticed, and they come back",
  async (_, boots, arrange) => {
    const ends = new Set<string>();
    for (const step of everyStep()) {
      const host = await arrange();
      host.failAt = host.changes + step;
      await install(host, site(3), listener(), [], false).catch(() => undefined);
      const { killed } = host;
      await host.revive();
      if (boots !== "") host.boot();
      const said = await goOn(host);
      ends.add(said.includes("everything was taken back") ? "taken back" : said);
      // With what there was before: whatever was left beside the data is not needed any more.
      await installRun(installRunOn(host.system, () => site(1), { yes: true, tokens: false }));
      expect(host.text(ROWS), `step ${step}: ${said}`).toBe("12 written by 1");
      expect([...copiesOn(host), ...uncopied], `step ${step}: ${said}`).toEqual([]);
      if (!killed) break;
    }
    expect([...ends].toSorted()).toEqual(["rolled back", "taken back"]);
  },
);

test("a copy whose rows nobody can count now stays until somebody can", async () => {
  const host = await cutAfterCopy(STATES.down);
  const count = host.rows.get("store-sql") ?? (() => 0);
  const again = async () => {
    const run = installRunOn(host.system, () => site(1), { yes: true, tokens: false });
    await installRun(run);
    return run.heard;
  };
  host.rows.delete("store-sql");
  const heard = await again();
  const copy = "/var/lib/store/.db.before-run-2";
  expect(heard.join("\n")).toContain(`store: rows: 12 before run 2, and not counted now; it stays until then: ${copy}`);
  expect(copiedRows(host)).toEqual(["12 written by 1"]);
  host.rows.set("store-sql", count);
  await again();
  expect(copiesOn(host)).toEqual([]);
});

/** Takes the third version, loses the rows, and is cut off on its way back; then the host boots. Undefined behind its end. */
async function cutOnTheWayBack(arrange: () => Promise<MemoryHost>, step: number): Promise<MemoryHost | undefined> {
  const host = await arrange();
  host.failAt = host.changes + (taken.get(arrange) ?? 0) + step;
  await install(host, site(3), listener(), [], false).catch(() => undefined);
  if (!host.killed) return undefined;
  await host.revive();
  if ((await lastRun(host))?.result !== "taking back") {
    taken.set(arrange, (taken.get(arrange) ?? 0) + 1);
    return cutOnTheWayBack(arrange, step);
  }
  host.boot();
  return host;
}

/** How many steps it takes forwards: looked for once. */
const taken = new Map<() => Promise<MemoryHost>, number>();

async function lastRun(host: MemoryHost): Promise<Generation | undefined> {
  return (await listGenerations(host.system.files)).at(-1);
}

const ENDINGS: Readonly<Record<string, (host: MemoryHost) => Promise<unknown>>> = {
  "the next run, that goes nowhere itself": (host) =>
    installRun(installRunOn(host.system, () => site(3), { yes: true, tokens: false })).catch(String),
  "the next run, to another version": (host) =>
    installRun(installRunOn(host.system, () => site(2), { yes: true, tokens: false })),
  "the next run, to the first version": (host) =>
    installRun(installRunOn(host.system, () => site(1), { yes: true, tokens: false })),
  "a rollback": (host) => rollback(runOn(host.system), undefined, true),
};

test.each(
  Object.entries(STATES).flatMap(([name, arrange]) =>
    Object.entries(ENDINGS).map(([ending, finish]) => [name, ending, arrange, finish] as const),
  ),
)("%s: a run that was cut off on its way back is taken back to the end by %s", async (_, ending, arrange, finish) => {
  let steps = 0;
  for (let step = 1; ; step++) {
    const host = await cutOnTheWayBack(arrange, step);
    if (host === undefined) break;
    steps = step;
    // Whatever begins with the data of now begins with those of before.
    const began: string[] = [];
    const { started } = host;
    host.started = (unit, image) => {
      if (image.includes("sql:") && !image.endsWith("sql:1")) began.push(...copiedRows(host));
      started(unit, image);
    };
    const said = String(await finish(host));
    if (ending.includes("nowhere")) expect(said, `step ${step}`).toContain("everything was taken back");
    const version = ending.includes("another") ? 2 : 1;
    expect(host.text(ROWS), `step ${step}`).toBe(`12 written by ${version}`);
    expect([...new Set(began)], `step ${step}`).toEqual(
      version === 2 || ending.includes("nowhere") ? ["12 written by 1"] : [],
    );
    expect([...copiesOn(host), ...uncopied], `step ${step}`).toEqual([]);
    const results = (await listGenerations(host.system.files)).map(({ result }) => result);
    expect(
      results.filter((result) => result === "taking back" || result === "undoing"),
      `step ${step}`,
    ).toEqual([]);
  }
  expect(steps).toBeGreaterThan(10);
});

test("until then nothing else begins, and a dry run says so", async () => {
  const host = await cutOnTheWayBack(STATES.up, 4);
  if (host === undefined) throw new Error("it was never cut off on its way back");
  const says = "run 2 (install) was cut off while it was taken back";
  await expect(underLock(runOn(host.system), "install-quadlets restore", async () => "begun")).rejects.toThrow(
    userError(
      "not-settled",
      `${says}: that comes first`,
      "sudo install-quadlets takes it back to the end, and then does what is configured",
    ),
  );
  const dry = installRunOn(host.system, () => site(2), { dryRun: true });
  await installRun(dry);
  expect(dry.heard[0]).toBe(
    `complain: ${says}: sudo install-quadlets takes it back to the end first, and the plan may be another then`,
  );
  expect((await lastRun(host))?.result).toBe("taking back");
});

test("data that cannot be put back stop everything until they can; then they are", async () => {
  const host = await storeWithRows();
  const stuck = "/var/lib/store/.db.before-run-2";
  host.mounts.add(stuck);
  const told = await install(host, site(3), listener(), [], false).catch(String);
  expect(told).toContain("taken back, but for:\n  data of store: ");
  expect((await lastRun(host))?.result).toBe("taking back");
  const again = () => installRun(installRunOn(host.system, () => site(1), { yes: true, tokens: false }));
  await expect(again()).rejects.toThrow("taken back, but for:\n  data of store: ");
  expect((await lastRun(host))?.result).toBe("taking back");
  host.mounts.delete(stuck);
  await again();
  expect(host.text(ROWS)).toBe("12 written by 1");
  expect([...copiesOn(host), ...uncopied]).toEqual([]);
  await expectConverged(host, site(1));
});

test("a run that was well and cut off before it removed its copies: taken back later, what was written since stays", async () => {
  for (let step = 1; ; step++) {
    const host = await storeWithRows();
    host.failAt = host.changes + step;
    await install(host, site(2), listener(), [], false).catch(() => undefined);
    const { killed } = host;
    await host.revive();
    if ((await lastRun(host))?.result !== "done" || copiedRows(host).length === 0) {
      if (killed) continue;
      throw new Error("it was never cut off between its end and the copies");
    }
    host.system.files.put(ROWS, { ...FILE, content: "13 written by 2" });
    await rollback(runOn(host.system), undefined, true);
    expect(host.text(ROWS)).toBe("13 written by 2");
    expect(copiesOn(host)).toEqual([]);
    break;
  }
});

test("a run about a part of the host leaves the copies of others alone", async () => {
  const host = await cutAfterCopy(STATES.up);
  host.system.files.put("/etc/sysctl.d/99-install-quadlets.conf", {
    kind: "file",
    uid: 0,
    gid: 0,
    mode: 0o600,
    content: "",
  });
  const copies = copiesOn(host);
  const prepared = await prepareWith(host, site(1));
  expect(stepsOf(prepared.plan)).not.toEqual([]);
  await applyOn(host, prepared, listener(), { what: "renew", keepGoing: false, partial: true });
  expect(copiesOn(host)).toEqual(copies);
});
