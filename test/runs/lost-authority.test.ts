/** The authority is gone while its certificate is served: said loudly, and asked by a question of its own. */
import { beforeAll, expect, test } from "vitest";
import { userError } from "../../src/model/diagnostic.ts";
import { stepsOf } from "../../src/model/plan.ts";
import { formatPlan } from "../../src/plan/format.ts";
import type { InstallRun } from "../../src/runs/carry-out.ts";
import { install } from "../../src/runs/install.ts";
import { MemoryHost } from "../apply/memory-host.ts";
import { PROXY } from "../apply/proxy-site.ts";
import { prepareWith, install as settle } from "../apply/support.ts";
import { ownSources } from "../render/support.ts";
import { parseOnce } from "../support/parsed-once.ts";
import { installRunOn } from "./support.ts";

const SITE = ownSources({ proxy: PROXY });
parseOnce(SITE);

const CA = "/var/lib/install-quadlets/ca/";
let host: MemoryHost;

beforeAll(async () => {
  host = new MemoryHost();
  await settle(host, SITE);
  for (const path of [...host.system.files.nodes.keys()]) if (path.startsWith(CA)) host.system.files.nodes.delete(path);
});

const lines = async () =>
  stepsOf((await prepareWith(host, SITE)).plan).map(({ reason }) => `${reason.code}: ${reason.text}`);

test("the plan says what it means for every client, and shows no placeholder", async () => {
  expect((await lines())[0]).toMatch(/^lost: THE AUTHORITY IS LOST.*EVERY CLIENT MUST TRUST A NEW ONE/);
  const { plan } = await prepareWith(host, SITE);
  const text = formatPlan(plan, { colour: false, diffs: true, whole: true });
  expect(text).not.toContain("@AUTHORITY_");
});

const NAME = /^ask: Every client must trust a new authority; .*Type the name of this host \(gpu\) to go on: gpu$/;

test.each<[string, Partial<InstallRun>]>([
  ["asked", {}],
  ["a yes to every plan says nothing about it", { yes: true }],
])("%s: who does not say it changes nothing", async (_, options) => {
  const run = installRunOn(
    host.system,
    () => SITE,
    options,
    (text) => {
      if (NAME.test(`ask: ${text}`)) throw userError("no-terminal", "nobody is here", undefined);
    },
  );
  const changes = host.changes;
  await expect(install(run)).rejects.toThrow("nobody is here");
  expect(run.heard.filter((line) => line.startsWith("ask:"))).toEqual([expect.stringMatching(NAME)]);
  expect(host.changes).toBe(changes);
});

test("a word of its own does, and then all is as ever", async () => {
  const run = installRunOn(host.system, () => SITE, { yes: true, newAuthority: true });
  expect(await install(run)).toBe("done");
  expect(run.heard.filter((line) => line.startsWith("ask:"))).toEqual([]);
  expect(await lines()).toEqual([]);
});
