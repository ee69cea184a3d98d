/** Several runs in a row taken back at once, from each of them on: the host is what it was before that run, byte for byte. */
import { describe, expect, test } from "vitest";
import type { Sources } from "../../src/config/load.ts";
import type { Change } from "../../src/model/change.ts";
import { listGenerations, readUndos } from "../../src/record/generations.ts";
import { takeBack } from "../../src/runs/take-back.ts";
import { everyStep } from "../support/every-step.ts";
import { parseOnce } from "../support/parsed-once.ts";
import { MemoryHost } from "./memory-host.ts";
import { differences, type Picture, pictureOf, strays } from "./picture.ts";
import { smallSite } from "./small-site.ts";
import { install, listener } from "./support.ts";

parseOnce(smallSite());

const newer = (text: string) => text.replace("sql:1", "sql:2").replace("4096", "8192");
const withoutApi = (text: string) => text.replace(/ {2}api:[\s\S]*URL \}\]\n/, "");

/** Each run goes on where the one before it ended. */
const HISTORIES: Readonly<Record<string, readonly Sources[]>> = {
  "made, changed": [smallSite(), smallSite(newer)],
  "made, changed twice": [smallSite(), smallSite(newer), smallSite()],
  "a service goes and comes back": [smallSite(), smallSite(undefined, ["store"]), smallSite()],
  "a service comes and goes": [smallSite(undefined, ["store"]), smallSite(), smallSite(undefined, ["store"])],
  "a container goes and comes back": [smallSite(), smallSite(withoutApi), smallSite()],
  "a container comes and goes": [smallSite(withoutApi), smallSite(), smallSite(withoutApi)],
};

interface Told {
  readonly host: MemoryHost;
  /** Before each run. */
  readonly before: readonly Picture[];
}

async function tell(history: readonly Sources[]): Promise<Told> {
  const host = new MemoryHost();
  const before: Picture[] = [];
  for (const sources of history) {
    before.push(pictureOf(host));
    await install(host, sources);
  }
  return { host, before };
}

async function recordsFrom({ host }: Told, first: number): Promise<readonly Change[]> {
  const numbers = (await listGenerations(host.system.files)).map(({ number }) => number).slice(first);
  return (await Promise.all(numbers.map((number) => readUndos(host.system.files, number)))).flat();
}

function wrongOn({ host, before }: Told, first: number): readonly string[] {
  const picture = before[first] as Picture;
  return [...differences(picture, host), ...strays(picture, host)];
}

describe.each(Object.entries(HISTORIES))("%s", (_, history) => {
  test("taken back from each run on", async () => {
    for (let first = 0; first < history.length; first++) {
      const told = await tell(history);
      const left = await takeBack(told.host.system, await recordsFrom(told, first));
      expect({ first, left, wrong: wrongOn(told, first) }).toEqual({ first, left: [], wrong: [] });
    }
  });

  test("cut off at any step, and taken back once more", async () => {
    for (const step of everyStep()) {
      const told = await tell(history);
      const { host } = told;
      const first = history.length - 2;
      const records = await recordsFrom(told, first);
      host.failAt = host.changes + step;
      const said = await takeBack(host.system, records).catch((error: unknown) => [String(error)]);
      const { killed } = host;
      await host.revive();
      const left = killed ? await takeBack(host.system, records) : said;
      expect({ step, left, wrong: wrongOn(told, first) }).toEqual({ step, left: [], wrong: [] });
      if (!killed) break;
    }
  });
});

describe("a store that goes and comes back has the value of its data aside", () => {
  const KEY = "store-user/store-key";
  const ASIDE = "/var/lib/install-quadlets/kept-secrets/store-user-store-key";
  const own = (text: string) =>
    text.replace("{ same_as: store/key }", "{ generate: { length: 33, alphabet: base62 } }");

  async function returned(): Promise<MemoryHost> {
    const { host } = await tell([smallSite(), smallSite(own, ["front"]), smallSite()]);
    expect(host.text(ASIDE)).toBe(host.secrets.get(KEY));
    return host;
  }

  const rotate = (host: MemoryHost) => install(host, smallSite(), listener(), [KEY], false);

  test("once it has another one, that opens its data: going back far beyond it loses neither", async () => {
    const host = await returned();
    await rotate(host);
    const opening = host.secrets.get(KEY);
    expect(host.system.files.nodes.has(ASIDE)).toBe(false);
    const left = await takeBack(host.system, await recordsFrom({ host, before: [] }, 1));
    expect(left.filter((line) => !line.endsWith(": its former value is not kept"))).toEqual([]);
    expect([host.secrets.get(KEY), host.secrets.get("store-user/store-url")]).toEqual([
      opening,
      `redis://:${opening}@127.0.0.1/`,
    ]);
    expect(host.running().filter(({ state }) => state === "failed")).toEqual([]);
  });

  test("another one that is taken back leaves it there", async () => {
    const host = await returned();
    const before = pictureOf(host);
    host.scripted.set("front.service", () => "ActiveState=failed\nSubState=failed\nResult=exit-code");
    await expect(rotate(host)).rejects.toThrow("front did not come up");
    host.scripted.clear();
    expect(pictureOf(host).secrets).toEqual(before.secrets);
    expect(pictureOf(host).disk).toEqual(before.disk);
  });
});
