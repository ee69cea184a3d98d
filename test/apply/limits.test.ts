/** How long a run, and the way back of it, waits for units: as long as systemd lets them take. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { readUndos } from "../../src/record/generations.ts";
import { takeBack } from "../../src/runs/take-back.ts";
import { parseOnce } from "../support/parsed-once.ts";
import { MemoryHost } from "./memory-host.ts";
import { smallSite } from "./small-site.ts";
import { install } from "./support.ts";

parseOnce(smallSite());

/** The longest start in the catalogue: a model that is loaded. */
const SLOW = Number(/start_timeout: (\d+)/.exec(readFileSync("config/services/vllm-qwen.yaml", "utf8"))?.[1]);

test("a service that takes an hour to start may take it when its removal is taken back", async () => {
  expect(SLOW).toBe(3_600);
  const slow = (text: string) => text.replace("listens: [8999]", `listens: [8999]\n    start_timeout: ${SLOW}`);
  const host = new MemoryHost();
  await install(host, smallSite(slow));
  await install(host, smallSite(undefined, ["store"]));
  const { commands } = host.system.runner;
  const stop = commands.find(({ argv }) => argv.includes("stop") && argv.includes("front.service"));
  // The container's, the socket's (which systemd does not say), and a minute more.
  expect(stop?.timeoutMs).toBe((45 + 900 + 60) * 1000);
  const begun = commands.length;
  expect(await takeBack(host.system, await readUndos(host.system.files, 2))).toEqual([]);
  const restart = commands.slice(begun).find(({ argv }) => argv.includes("restart") && argv.includes("front.service"));
  expect(restart?.timeoutMs).toBeGreaterThan(SLOW * 1000);
  expect(host.running().map(({ unit }) => unit)).toContain("front-user/front.service");
});

test("a unit that systemd is still starting is waited for as long", async () => {
  const slow = (text: string) => text.replace("listens: [8999]", `listens: [8999]\n    start_timeout: ${SLOW}`);
  const host = new MemoryHost();
  await install(host, smallSite(slow));
  await install(host, smallSite(undefined, ["store"]));
  const begun = host.system.clock.now().getTime();
  const passed = () => (host.system.clock.now().getTime() - begun) / 1000;
  host.scripted.set("front.service", () => {
    void host.system.clock.sleep(30_000);
    return passed() < SLOW - 60 ? "ActiveState=activating\nSubState=start" : "ActiveState=active\nSubState=running";
  });
  expect(await takeBack(host.system, await readUndos(host.system.files, 2))).toEqual([]);
  expect(passed()).toBeGreaterThan(SLOW - 120);
});
