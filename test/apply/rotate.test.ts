/** Another value for a secret: everybody who has it, in whatever form, ends with the same one. */
import { expect, test } from "vitest";
import { readUndos } from "../../src/record/generations.ts";
import { keepSecret } from "../../src/record/kept-secrets.ts";
import { takeBack } from "../../src/runs/take-back.ts";
import { everyStep } from "../support/every-step.ts";
import { parseOnce } from "../support/parsed-once.ts";
import { MemoryHost } from "./memory-host.ts";
import { smallSite } from "./small-site.ts";
import { expectConverged, install, listener } from "./support.ts";

parseOnce(smallSite());

const KEY = "store-user/store-key";
const STATE = "/var/lib/install-quadlets";
const KEPT = `${STATE}/kept-secrets`;

const rotate = (host: MemoryHost) => install(host, smallSite(), listener(), [KEY]);

async function settled(): Promise<MemoryHost> {
  const host = new MemoryHost();
  await install(host, smallSite());
  return host;
}

/** What podman, the database, whoever composes it and whoever copies it have. */
function valuesOf(host: MemoryHost): readonly (string | undefined)[] {
  const url = /^redis:\/\/:(.*)@127/.exec(host.secrets.get("store-user/store-url") ?? "")?.[1];
  return [host.secrets.get(KEY), host.told.get("store-sql"), url, host.secrets.get("front-user/front-key")];
}

function namesBelow(host: MemoryHost, directory: string): readonly string[] {
  return [...host.system.files.nodes.keys()].filter((path) => path.startsWith(`${directory}/`));
}

test("the database is told, what is made of it follows, its readers restart, and nobody keeps the old one", async () => {
  const host = await settled();
  const before = host.secrets.get(KEY);
  await rotate(host);
  const [value, ...others] = valuesOf(host);
  expect(value).toMatch(/^\w{33}$/);
  expect(value).not.toBe(before);
  expect(others).toEqual([value, value, value]);
  await expectConverged(host, smallSite());
  expect(namesBelow(host, STATE)).not.toContain(KEPT);
});

test("where the old one cannot be kept, not even the directory for it stays", async () => {
  const { files } = (await settled()).system;
  files.write = () => Promise.reject(new Error("no space left"));
  await expect(keepSecret(files, "store-user", "store-key", "old", "former")).rejects.toThrow("no space left");
  expect(files.nodes.has(KEPT)).toBe(false);
});

test("killed at any step, the next run ends with one value everywhere", async () => {
  let steps = 0;
  for (const step of everyStep()) {
    const host = await settled();
    host.failAt = host.changes + step;
    await rotate(host).catch(() => undefined);
    if (!host.killed) break;
    steps = step;
    await host.revive();
    await install(host, smallSite());
    await expectConverged(host, smallSite());
    const [value, told, ...others] = valuesOf(host);
    expect(others, `killed before step ${step}`).toEqual([value, value]);
    // Where it was killed before the rotation began, nobody was told anything.
    if (told !== undefined) expect(told, `killed before step ${step}`).toBe(value);
  }
  expect(steps).toBeGreaterThan(20);
});

test("a rotation that goes wrong is taken back: podman and the database have the old value again", async () => {
  const host = await settled();
  const [before, , url, copy] = valuesOf(host);
  const failing = { restarts: 0 };
  host.scripted.set("front.service", () => {
    failing.restarts += 1;
    return "ActiveState=failed\nSubState=failed\nResult=exit-code";
  });
  await expect(rotate(host)).rejects.toThrow("front did not come up");
  expect(failing.restarts).toBeGreaterThan(0);
  host.scripted.clear();
  expect(host.secrets.get(KEY)).not.toBe(before);
  expect(await takeBack(host.system, await readUndos(host.system.files, 2))).toEqual([]);
  expect(valuesOf(host)).toEqual([before, before, url, copy]);
});

test("no record of the run holds a value, old or new", async () => {
  const host = await settled();
  const values = [host.secrets.get(KEY)];
  await rotate(host);
  values.push(host.secrets.get(KEY));
  const records = namesBelow(host, "/var/lib/install-quadlets").map((path) => host.text(path));
  expect(records.length).toBeGreaterThan(20);
  for (const value of values) expect(records.filter((text) => text.includes(value ?? ""))).toEqual([]);
});
