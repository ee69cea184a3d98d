/** An uninstall, to each depth, cut off at any step: the next one goes on, and what stays is what was promised. */
import { describe, expect, test } from "vitest";
import { type Depth, stepsOf } from "../../src/model/plan.ts";
import { everyStep } from "../support/every-step.ts";
import { parseOnce } from "../support/parsed-once.ts";
import { MemoryHost } from "./memory-host.ts";
import { differences, pictureOf } from "./picture.ts";
import { smallSite } from "./small-site.ts";
import { expectConverged, install, prepareOn, uninstall } from "./support.ts";

parseOnce(smallSite());

const STATE = "/var/lib/install-quadlets";

async function settled(): Promise<MemoryHost> {
  const host = new MemoryHost();
  await install(host, smallSite());
  return host;
}

/** For every step: a host whose uninstall was cut off before it and then done again. */
async function* cutOff(depth: Depth): AsyncGenerator<readonly [number, MemoryHost]> {
  for (const step of everyStep()) {
    const host = await settled();
    host.failAt = host.changes + step;
    await uninstall(host, depth).catch(() => undefined);
    const { killed } = host;
    await host.revive();
    if (killed) await uninstall(host, depth);
    yield [step, host];
    if (!killed) return;
  }
}

test("with --purge the host is as if nothing had ever been here", async () => {
  const before = pictureOf(new MemoryHost());
  let steps = 0;
  for await (const [step, host] of cutOff("all")) {
    expect(differences(before, host), `cut off at step ${step}`).toEqual([]);
    const paths = [...host.system.files.nodes.keys()];
    expect(
      paths.filter((path) => path.startsWith(STATE) || path.includes("/.local")),
      `cut off at step ${step}`,
    ).toEqual([]);
    steps = step;
  }
  expect(steps).toBeGreaterThan(30);
});

describe.each(["keep", "images"] as const)("%s", (depth) => {
  test("nothing runs, data, users and the values that open the data stay, and all comes back with them", async () => {
    const { secrets } = await settled();
    const opening = secrets.get("store-user/store-key");
    for await (const [step, host] of cutOff(depth)) {
      const where = `cut off at step ${step}`;
      expect(host.running(), where).toEqual([]);
      expect([...host.secrets.keys()], where).toEqual([]);
      expect(host.system.files.nodes.has("/var/lib/store/data"), where).toBe(true);
      expect(host.text("/etc/passwd"), where).toContain("store-user:");
      const images = host.text("/var/lib/store/.local/share/containers/storage/overlay-images/images.json");
      expect(images.includes("sql:1"), where).toBe(depth === "keep");
      // What is gone is not recorded as if it were there.
      const record = JSON.parse(host.text(`${STATE}/applied.json`)) as Record<string, readonly string[]>;
      expect(record["images"]?.length, where).toBe(depth === "keep" ? 3 : 0);
      expect([record["files"], record["secrets"], record["lingering"]], where).toEqual([[], [], []]);
      await install(host, smallSite());
      await expectConverged(host, smallSite());
      expect(host.secrets.get("store-user/store-key"), where).toBe(opening);
    }
  });
});

test("a service that leaves the stack takes along what it had, and comes back with the value that opens its data", async () => {
  const host = await settled();
  const front = smallSite(undefined, ["front"]);
  const text = front.services[0]?.text.replace(
    "{ same_as: store/key }",
    "{ generate: { length: 33, alphabet: base62 } }",
  );
  const alone = { ...front, services: [{ file: "services/front.yaml", text: text ?? "" }] };
  const opening = host.secrets.get("store-user/store-key");
  await install(host, alone);
  await expectConverged(host, alone);
  expect(host.running().filter(({ unit }) => unit.startsWith("store-user/"))).toEqual([]);
  expect(host.text(`${STATE}/kept-secrets/store-user-store-key`)).toBe(opening);
  expect(stepsOf((await prepareOn(host, alone)).plan)).toEqual([]);
  await install(host, smallSite());
  await expectConverged(host, smallSite());
  expect(host.secrets.get("store-user/store-key")).toBe(opening);
});
