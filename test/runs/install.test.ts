/** The order of an install: what is said, asked and done, when, and when no more of it. */
import { describe, expect, test } from "vitest";
import { Stopped, UserError, userError } from "../../src/model/diagnostic.ts";
import { listGenerations, writeGeneration } from "../../src/record/generations.ts";
import type { InstallRun } from "../../src/runs/carry-out.ts";
import { install } from "../../src/runs/install.ts";
import { LockHeld } from "../../src/system/lock.ts";
import { MemoryHost } from "../apply/memory-host.ts";
import { smallSite } from "../apply/small-site.ts";
import { expectConverged, install as settle } from "../apply/support.ts";
import { parseOnce } from "../support/parsed-once.ts";
import { installRunOn } from "./support.ts";

const SITE = smallSite();
const CHANGED = smallSite((text) => text.replace("4096", "8192"));
for (const sources of [SITE, CHANGED]) parseOnce(sources);

const FRONT = "/var/lib/front/config/front.conf";
const SECRETS = (service: string) => `/var/lib/${service}/.local/share/containers/storage/secrets/secrets.json`;
const ASKED = "ask: Apply this plan?";
const CHECKING = "note: checking that everything is as configured";

async function settled(): Promise<MemoryHost> {
  const host = new MemoryHost();
  await settle(host, SITE);
  // It looks once more, and writes down what it sees.
  await install(installRunOn(host.system, () => SITE));
  return host;
}

/** Installed, and then somebody edited a file: one thing to do. */
async function drifted(): Promise<MemoryHost> {
  const host = await settled();
  host.system.files.put(FRONT, "edited");
  return host;
}

const runs = (host: MemoryHost) => listGenerations(host.system.files);

describe("what happens, in order", () => {
  const LOCK = "lock: install-quadlets";
  const whole = [LOCK, "shown: a plan", ASKED, CHECKING, "welcome", "unlock"];
  test.each<[string, Partial<InstallRun>, () => Promise<MemoryHost>, readonly string[], string]>([
    ["a fresh host", {}, async () => new MemoryHost(), whole, "done"],
    ["an edited file", {}, drifted, whole, "done"],
    ["without asking", { yes: true }, drifted, whole.filter((line) => line !== ASKED), "done"],
    ["a dry run", { dryRun: true }, drifted, ["shown: a plan"], "pending"],
    ["nothing to do", {}, settled, [LOCK, "shown: nothing to do", "unlock"], "done"],
    ["a dry run of nothing", { dryRun: true }, settled, ["shown: nothing to do"], "done"],
  ])("%s", async (_, options, start, order, outcome) => {
    const host = await start();
    const before = host.changes;
    const run = installRunOn(host.system, () => SITE, options);
    expect(await install(run)).toBe(outcome);
    expect(run.heard).toEqual(order);
    if (!order.includes("welcome")) return expect(host.changes).toBe(before);
    await expectConverged(host, SITE);
    expect((await runs(host)).at(-1)).toMatchObject({ result: "done", who: "root", what: "install", tool: "0.0.0" });
  });

  test.each([
    ["it looks what there is to do", 1, /^stopped while it looked what there is to do; none of it was done$/, "unlock"],
    ["it looks once more", 2, /^stopped while it looked what there is to do; none of it was done$/, ASKED],
    ["it looks whether all is well", 3, /^everything is applied; it was stopped before it had looked/, CHECKING],
  ])("Ctrl-C while %s is a sentence and an end at once", async (_, time, says, heard) => {
    const host = await drifted();
    let looked = 0;
    const run = installRunOn(host.system, () => {
      looked += 1;
      // Once that look has begun.
      if (looked === time) queueMicrotask(() => host.system.signals.send());
      return SITE;
    });
    const error = await install(run).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Stopped);
    expect(String((error as Stopped).message)).toMatch(says);
    expect(run.heard.slice(-2)).toContain(heard);
    expect(run.heard).not.toContain("welcome");
    expect(host.text(FRONT) === "edited").toBe(time < 3);
  });

  test("while another run is at work nothing is even looked at", async () => {
    const host = new MemoryHost();
    const takeLock = () => {
      throw new LockHeld("another run is at work");
    };
    const run = installRunOn(host.system, () => SITE, { takeLock });
    await expect(install(run)).rejects.toThrow("another run is at work");
    expect({ heard: run.heard, asked: host.system.runner.printed }).toEqual({ heard: [], asked: [] });
  });

  test("whoever says no changes nothing, and the next one gets the turn", async () => {
    const host = await drifted();
    const before = host.changes;
    const no = () => {
      throw new UserError("nothing was changed");
    };
    const run = installRunOn(host.system, () => SITE, {}, no);
    await expect(install(run)).rejects.toThrow("nothing was changed");
    expect(run.heard).toEqual([LOCK, "shown: a plan", ASKED, "unlock"]);
    expect(host.changes).toBe(before);
  });
});

describe("while the plan is read", () => {
  const CHANGED_MEANWHILE = userError(
    "plan-differs",
    "the host or its configuration changed while the plan was read; nothing was done",
    "look at the new plan",
  );
  const edit = (path: string, text: string) => (host: MemoryHost) => host.system.files.put(path, text);
  test.each<[string, (host: MemoryHost) => void]>([
    ["another file is edited", edit("/etc/containers/systemd/users/801/front.container", "edited")],
    ["the same file is edited again", edit(FRONT, "edited again")],
    ["it is removed", (host) => host.system.files.nodes.delete(FRONT)],
    ["a secret is lost", edit(SECRETS("store"), JSON.stringify({ secrets: {}, nameToID: { "store-key": "1" } }))],
  ])("%s: what was not shown is not done", async (_, meanwhile) => {
    const host = await drifted();
    const before = host.changes;
    const run = installRunOn(
      host.system,
      () => SITE,
      {},
      () => meanwhile(host),
    );
    await expect(install(run)).rejects.toThrow(CHANGED_MEANWHILE);
    expect(host.changes).toBe(before);
    expect(run.heard.at(-1)).toBe("unlock");
  });

  test("the configuration is edited: as little", async () => {
    const host = await drifted();
    const before = host.changes;
    let sources = SITE;
    const run = installRunOn(
      host.system,
      () => sources,
      {},
      () => {
        sources = CHANGED;
      },
    );
    await expect(install(run)).rejects.toThrow(CHANGED_MEANWHILE);
    expect(host.changes).toBe(before);
  });

  test("what no plan is about may change", async () => {
    const host = await drifted();
    const run = installRunOn(
      host.system,
      () => SITE,
      {},
      () => host.system.files.put("/etc/motd", "hello"),
    );
    expect(await install(run)).toBe("done");
  });
});

describe("after a run that was cut off", () => {
  const CUT = /^complain: run 1 \(root, 2026-11-21T\S+Z\) was cut off$/;

  async function cutOff(host: MemoryHost): Promise<MemoryHost> {
    const [first] = await runs(host);
    if (first === undefined) throw new Error("no run");
    await writeGeneration(host.system.files, { ...first, result: "open", ended: undefined });
    return host;
  }

  test("which had done everything: it is said, and closed as done", async () => {
    const host = await cutOff(await settled());
    const run = installRunOn(host.system, () => SITE);
    expect(await install(run)).toBe("done");
    expect(run.heard[1]).toMatch(CUT);
    expect(run.heard).toHaveLength(4);
    expect(await runs(host)).toMatchObject([
      { number: 1, result: "done", error: "interrupted; found complete by the next run", ended: expect.any(String) },
    ]);
  });

  test("which had not: it is said, and closed as continued by this one", async () => {
    const host = await cutOff(await drifted());
    const run = installRunOn(host.system, () => SITE);
    expect(await install(run)).toBe("done");
    expect(run.heard[1]).toMatch(CUT);
    expect(await runs(host)).toMatchObject([
      { number: 1, result: "failed", error: "interrupted; continued by run 2" },
      { number: 2, result: "done" },
    ]);
  });

  test("killed at its last step: the same, and half-written files are gone", async () => {
    const host = new MemoryHost();
    host.system.files.beforeChange = (verb, path) => {
      if (verb === "write" && path.endsWith("meta.json") && host.managers.size > 0) throw new Error("killed");
    };
    await expect(settle(host, SITE)).rejects.toThrow("the record of the run is not closed");
    host.system.files.beforeChange = () => undefined;
    const half = `${FRONT.slice(0, FRONT.lastIndexOf("/"))}/.install-quadlets-${"0".repeat(24)}`;
    host.system.files.put(half, "half");
    const run = installRunOn(host.system, () => SITE);
    await install(run);
    expect(run.heard[1]).toMatch(CUT);
    expect(await runs(host)).toMatchObject([{ result: "done" }]);
    expect(host.system.files.nodes.has(half)).toBe(false);
  });

  test("a dry run does not touch it, nor does one that is refused", async () => {
    for (const options of [{ dryRun: true }, { takeLock: refuse }]) {
      const host = await cutOff(await settled());
      const run = installRunOn(host.system, () => SITE, options);
      await install(run).catch(() => undefined);
      expect(run.heard.join()).not.toContain("cut off");
      expect(await runs(host)).toMatchObject([{ result: "open" }]);
    }
  });

  function refuse(): never {
    throw new LockHeld("another run is at work");
  }
});

describe("once everything is applied", () => {
  test("what is still not as configured is shown, and an error", async () => {
    const host = await drifted();
    const spoil = (text: string) => text.startsWith("checking") && host.system.files.put(FRONT, "edited again");
    const run = installRunOn(host.system, () => SITE, {}, spoil);
    const hint = "run install-quadlets again; it continues from here";
    await expect(install(run)).rejects.toThrow(userError("still-differs", "the host is still not as configured", hint));
    expect(run.heard.find((line) => line.startsWith("complain: "))).toContain(`file ${FRONT}`);
    expect(run.heard).not.toContain("welcome");
    expect(run.heard.at(-1)).toBe("unlock");
  });

  test("a step that fails ends the run before anything is verified", async () => {
    const host = await drifted();
    host.scripted.set("front.service", () => "ActiveState=failed\nSubState=failed\nResult=exit-code");
    const run = installRunOn(host.system, () => SITE, { keepGoing: true });
    await expect(install(run)).rejects.toMatchObject({
      message: expect.stringMatching(/^front did not come up.*\nwhat was done before it stays/s),
      code: "unit-failed",
    });
    expect(run.heard).not.toContain(CHECKING);
    expect(run.heard.at(-1)).toBe("unlock");
  });

  test("a unit that was down before, and stays so, takes nothing of the rest back, and is named last", async () => {
    const host = await drifted();
    host.scripted.set("store-sql.service", () => "ActiveState=failed\nSubState=failed\nResult=exit-code");
    const run = installRunOn(host.system, () => SITE);
    const error = await install(run).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ hint: "svc logs store-sql" });
    expect(String(error)).toMatch(
      /store-sql did not come up[\s\S]*down before this run already, .* all else is done, and stays$/,
    );
    expect(host.text(FRONT)).not.toBe("edited");
    expect(run.heard).not.toContain("welcome");
    expect((await runs(host)).at(-1)).toMatchObject({ result: "done" });
    host.scripted.delete("store-sql.service");
    expect(await install(installRunOn(host.system, () => SITE))).toBe("done");
    await expectConverged(host, SITE);
  });

  test.each<[string, readonly string[], (host: MemoryHost) => unknown]>([
    ["nothing else to do", ["shown: nothing to do"], () => undefined],
    [
      "something to do elsewhere",
      ["shown: a plan", ASKED, CHECKING, "welcome"],
      (host) => host.system.files.put("/etc/containers/systemd/users/800/store-sql.container", "edited"),
    ],
  ])("a service that is left as it is is named last: %s", async (_, order, change) => {
    const host = await settled();
    host.system.files.put(SECRETS("front"), "{ broken");
    host.system.runner.on("podman secret ls", { exitCode: 125, stderr: "unexpected end" });
    change(host);
    const run = installRunOn(host.system, () => SITE);
    await expect(install(run)).rejects.toThrow(/^front is left as it is: /);
    expect(run.heard.slice(1, -1)).toEqual(order);
  });
});
