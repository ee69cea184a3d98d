/** Models in a store on a host in memory: pulled once, before whoever leads to them starts anew, and kept. */
import { describe, expect, test } from "vitest";
import { stepsOf } from "../../src/model/plan.ts";
import { formatPlan } from "../../src/plan/format.ts";
import { readUndos } from "../../src/record/generations.ts";
import { takeBack } from "../../src/runs/take-back.ts";
import type { MemoryModels } from "../support/memory-models.ts";
import { MemoryHost } from "./memory-host.ts";
import { modelSite, withModels } from "./model-site.ts";
import { applyOn, expectConverged, install, listener, prepareOn } from "./support.ts";

async function hostWith(
  ...models: readonly string[]
): Promise<{ readonly host: MemoryHost; readonly store: MemoryModels }> {
  const host = new MemoryHost();
  const store = withModels(host);
  await install(host, modelSite(models));
  return { host, store };
}

function routed(host: MemoryHost): string {
  const router = host.running().find(({ unit }) => unit === "router-user/router.service");
  return /ROUTED=([\w.:,-]*)/.exec(router?.startedWith ?? "")?.[1] ?? "";
}

test("what is declared is pulled at the first run, and the next plan is empty", async () => {
  const { host, store } = await hostWith("tinyllama", "gpt-oss:20b");
  expect(store.names).toEqual(["tinyllama:latest", "gpt-oss:20b"]);
  expect(store.pulled).toHaveLength(2);
  await expectConverged(host, modelSite(["tinyllama", "gpt-oss:20b"]));
});

test("one that is there already, under its whole name, is not pulled", async () => {
  const host = new MemoryHost();
  const store = withModels(host);
  store.names.push("tinyllama:latest");
  await install(host, modelSite(["tinyllama"]));
  expect(store.pulled).toEqual([]);
});

test("bytes are told, and whoever leads to it starts anew once it is there", async () => {
  const { host, store } = await hostWith("tinyllama");
  const sources = modelSite(["tinyllama", "bge-m3"]);
  const prepared = await prepareOn(host, sources);
  expect(formatPlan(prepared.plan, { colour: false, diffs: false })).toContain(
    "  + pull bge-m3 into keeper: it is declared, and not there\n",
  );
  const told = listener();
  await applyOn(host, prepared, told, { what: "install", keepGoing: false });
  expect(told.lines).toContain("... bge-m3: 600 MB of 1.2 GB (50 %)");
  const done = told.lines.filter((line) => /^done (pull|restart)/.test(line));
  expect(done).toEqual(["done pull bge-m3 into keeper", "done restart router"]);
  expect(store.pulled).toEqual(["tinyllama:latest", "bge-m3:latest"]);
  expect(routed(host)).toBe("tinyllama,bge-m3");
});

describe("a pull that fails", () => {
  test.each<[string, string, (store: MemoryModels) => void, string, string]>([
    ["no such model", "tinylama", () => {}, "pull model manifest: file does not exist", "correct its name"],
    [
      "no network",
      "bge-m3",
      (store) => (store.trouble = 'Get "https://models.example/v2/": dial tcp: lookup models.example: no such host'),
      "no such host",
      "way out",
    ],
    [
      "no room",
      "bge-m3",
      (store) => (store.trouble = "write /root/.ollama: no space left on device"),
      "no space",
      "df -h",
    ],
  ])("%s: in its own words, and all is as it was", async (_, model, arrange, words, hint) => {
    const { host, store } = await hostWith("tinyllama");
    const before = [routed(host), host.text("/etc/containers/systemd/users/801/router.container")];
    arrange(store);
    const prepared = await prepareOn(host, modelSite(["tinyllama", model]));
    const run = applyOn(host, prepared, listener(), { what: "install", keepGoing: false });
    await expect(run).rejects.toMatchObject({
      code: "pull-failed",
      message: expect.stringMatching(new RegExp(`keeper could not pull ${model}: .*${words}`)),
      hint: expect.stringContaining(hint),
    });
    expect([routed(host), host.text("/etc/containers/systemd/users/801/router.container")]).toEqual(before);
    expect(routed(host)).toBe("tinyllama");
    await expectConverged(host, modelSite(["tinyllama"]));
  });

  test("a store that says it is done and has nothing is not believed", async () => {
    const { host, store } = await hostWith("tinyllama");
    store.registry.set("bge-m3:latest", 1);
    const { push } = store.names;
    store.names.push = () => 0;
    await expect(install(host, modelSite(["tinyllama", "bge-m3"]))).rejects.toThrow("does not have it");
    store.names.push = push;
    await install(host, modelSite(["tinyllama", "bge-m3"]));
    expect(store.names).toContain("bge-m3:latest");
  });
});

test("a run that is taken back leaves what it pulled: it may be in use by then", async () => {
  const { host, store } = await hostWith("tinyllama");
  await install(host, modelSite(["tinyllama", "bge-m3"]));
  expect(await takeBack(host.system, await readUndos(host.system.files, 2))).toEqual([]);
  expect(routed(host)).toBe("tinyllama");
  expect(store.names).toContain("bge-m3:latest");
  await expectConverged(host, modelSite(["tinyllama"]));
});

test("what nobody declares any more stays, and the plan says so; what was never declared, too", async () => {
  const { host, store } = await hostWith("tinyllama");
  const { plan } = await prepareOn(host, modelSite(["bge-m3"]));
  expect(plan.stays).toEqual([
    "model tinyllama:latest of keeper, which nobody declares: sudo gateway-manage models remove tinyllama:latest",
  ]);
  await install(host, modelSite(["bge-m3"]));
  expect(store.names).toEqual(["tinyllama:latest", "bge-m3:latest"]);
  await expectConverged(host, modelSite(["bge-m3"]));
});

test("a store that does not say what it has is looked at again by the run", async () => {
  const { host, store } = await hostWith("tinyllama");
  store.broken = { status: 500, body: '{"error":"disk I/O"}' };
  const { plan } = await prepareOn(host, modelSite(["tinyllama"]));
  expect(stepsOf(plan).map(({ summary, reason }) => `${summary}: ${reason.text}`)).toEqual([
    "pull tinyllama into keeper: where it is not there: keeper answers 500 to /api/tags: disk I/O",
  ]);
});
