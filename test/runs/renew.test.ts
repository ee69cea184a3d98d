/** What the timer runs: nothing on most days, the certificate when it is due, and never in the way of another run. */
import { describe, expect, test } from "vitest";
import { INDEX_PATH, INDEX_VERSION } from "../../src/model/index-file.ts";
import { listGenerations } from "../../src/record/generations.ts";
import { renew } from "../../src/runs/renew.ts";
import { LockHeld } from "../../src/system/lock.ts";
import { MemoryHost } from "../apply/memory-host.ts";
import { expectConverged, install } from "../apply/support.ts";
import { siteSources } from "../render/support.ts";
import { parseOnce } from "../support/parsed-once.ts";
import { useSmallKeys } from "../support/small-keys.ts";
import { runOn } from "./support.ts";

useSmallKeys();
const SITE = siteSources(
  "services: { dnsmasq: { enabled: false }, open-webui: { enabled: false }, opik: { enabled: false } }",
);
parseOnce(SITE);

const DAY = 86_400_000;
const LOCK = "lock: install-quadlets renew";

describe("a site with a certificate", () => {
  const settled = async () => {
    const host = new MemoryHost();
    await install(host, SITE);
    return host;
  };
  const runs = async (host: MemoryHost) => (await listGenerations(host.system.files)).map(({ what }) => what);

  test("good for long: said, and nothing is done", async () => {
    const host = await settled();
    const before = host.changes;
    const run = runOn(host.system);
    await renew(run);
    expect(run.heard).toEqual([
      LOCK,
      expect.stringMatching(/^print: nothing to do: the certificate is good until /),
      "unlock",
    ]);
    expect(host.changes).toBe(before);
  });

  test("due: a run of its own, without a question, and then it is good again", async () => {
    const host = await settled();
    await host.system.clock.sleep((397 - 29) * DAY);
    const run = runOn(host.system);
    await renew(run);
    expect(run.heard.filter((line) => !line.startsWith("print: "))).toEqual([LOCK, "unlock"]);
    expect(await runs(host)).toEqual(["install", "renew"]);
    const again = runOn(host.system);
    await renew(again);
    expect(again.heard[1]).toMatch(/^print: nothing to do: the certificate is good until /);
    await expectConverged(host, SITE);
  });

  test("another run is at work: it looks at the certificate itself", async () => {
    const host = await settled();
    await host.system.clock.sleep((397 - 29) * DAY);
    const run = runOn(host.system);
    const takeLock = () => {
      throw new LockHeld("another run is at work: install-quadlets (pid 7)");
    };
    await renew({ ...run, takeLock });
    expect(run.heard).toEqual(["print: nothing to do: another run is at work: install-quadlets (pid 7)"]);
    expect(await runs(host)).toEqual(["install"]);
  });

  test("any other trouble with the lock is one", async () => {
    const host = await settled();
    const takeLock = () => {
      throw new Error("no space left");
    };
    await expect(renew({ ...runOn(host.system), takeLock })).rejects.toThrow("no space left");
  });
});

test("a site without one: no turn is needed", async () => {
  const host = new MemoryHost();
  host.system.files.put(INDEX_PATH, JSON.stringify({ version: INDEX_VERSION, services: [] }));
  const run = runOn(host.system);
  await renew(run);
  expect(run.heard).toEqual(["print: nothing to do: no service of this site has a certificate"]);
});
