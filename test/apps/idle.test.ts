/** What the timer does with services that nobody uses. */
import { expect, test } from "vitest";
import { stopIdle } from "../../src/apps/idle.ts";
import { INDEX_PATH, type ServiceIndex } from "../../src/model/index-file.ts";
import { renderSite, siteSources } from "../render/support.ts";
import { memorySystem } from "../support/memory-system.ts";
import { useSmallKeys } from "../support/small-keys.ts";

useSmallKeys();

const MODELS = `
services:
  vllm-qwen: { gpu: { devices: [0] }, swap: { group: chat, default: true } }
  big: { from: vllm-qwen, ports: { api: 8001 }, gpu: { devices: [0] }, swap: { group: chat }, idle: 30m }
`;
const state = renderSite(siteSources(MODELS));
const index = JSON.parse(state.files.find((file) => file.path === INDEX_PATH)?.content ?? "") as ServiceIndex;
const MINUTE = 60_000;

function host() {
  const files = Object.fromEntries(
    index.services.map(({ uid }) => [`/run/user/${uid}/systemd/private`, { kind: "other" as const }]),
  );
  const system = memorySystem({ files });
  const world = { active: "active", small: "inactive", done: 5, metrics: true };
  const shown = (unit: string, active: string) => ({
    stdout: `Id=${unit}\nLoadState=loaded\nActiveState=${active}\nActiveEnterTimestamp=Mon 2026-11-21 10:00:00 UTC\n`,
  });
  system.runner.on(/show .*big\.service/, () => shown("big.service", world.active));
  system.runner.on(/show .*vllm-qwen\.service/, () => shown("vllm-qwen.service", world.small));
  system.runner.on("podman exec big", () =>
    world.metrics ? { stdout: `vllm:request_success_total ${world.done}\n` } : { exitCode: 1 },
  );
  system.runner.on("stop -- big.service", () => {
    world.active = "inactive";
    return {};
  });
  const verbs = () =>
    system.runner.printed.flatMap(
      (line) => /systemctl --user (start|stop) (?:--no-block )?-- (\S+)/.exec(line)?.slice(1).join(" ") ?? [],
    );
  const after = async (minutes: number) => {
    await system.clock.sleep(minutes * MINUTE);
    return stopIdle(system, index);
  };
  return { world, verbs, after };
}

test("stopped after its time, and the default comes back", async () => {
  const { after, verbs } = host();
  expect(await after(0)).toEqual([]);
  expect(await after(29)).toEqual([]);
  expect(await after(1)).toEqual([
    "big: nobody has used it for 30 min, stopped; vllm-qwen, the default of chat, starts",
  ]);
  expect(verbs()).toEqual(["stop big.service", "start vllm-qwen.service"]);
});

test("each request begins the time anew, and so does what cannot be asked", async () => {
  const { world, after, verbs } = host();
  await after(0);
  world.done += 1;
  expect(await after(29)).toEqual([]);
  world.metrics = false;
  expect(await after(29)).toEqual([]);
  world.metrics = true;
  expect(await after(29)).toEqual([]);
  expect(verbs()).toEqual([]);
});

test.each(["inactive", "activating", "failed"])(
  "one that is %s is not asked, and its time begins when it is up",
  async (active) => {
    const { world, after, verbs } = host();
    await after(0);
    world.active = active;
    // Nobody comes back whose own start failed.
    if (active === "failed") world.small = "failed";
    expect(await after(60)).toEqual([]);
    world.active = "active";
    expect(await after(60)).toEqual([]);
    expect(verbs()).toEqual([]);
  },
);

test("after the big one failed for good the default comes back, once for each failure", async () => {
  const { world, after, verbs } = host();
  world.active = "failed";
  expect(await after(0)).toEqual([
    "big failed, and nobody of its group is awake: vllm-qwen, the default of chat, starts",
  ]);
  expect(verbs()).toEqual(["start vllm-qwen.service"]);
  // Somebody stopped the default then.
  expect(await after(2)).toEqual([]);
  world.active = "active";
  await after(2);
  world.active = "failed";
  expect(await after(2)).toHaveLength(1);
  expect(verbs()).toHaveLength(2);
});

test.each([
  ["the default is up", "failed", "active"],
  ["the default is on its way", "failed", "activating"],
  ["the default has failed, too", "failed", "failed"],
  ["the big one is tried again", "activating", "inactive"],
  ["both sleep", "inactive", "inactive"],
])("nothing is started where %s", async (_, active, small) => {
  const { world, after, verbs } = host();
  world.active = active;
  world.small = small;
  expect(await after(0)).toEqual([]);
  expect(verbs()).toEqual([]);
});

test("only a site with something to look at has the timer", () => {
  expect(state.systemUnits.map(({ unit }) => unit)).toContain("install-quadlets-idle.timer");
  const group = renderSite(siteSources(MODELS.replace(", idle: 30m", "")));
  expect(group.systemUnits.map(({ unit }) => unit)).toContain("install-quadlets-idle.timer");
  expect(renderSite().systemUnits.map(({ unit }) => unit)).not.toContain("install-quadlets-idle.timer");
});
