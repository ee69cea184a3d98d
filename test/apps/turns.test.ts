/** Services that take turns: what a start says while another one is awake, and what a swap does, also where it fails. */
import { expect, test } from "vitest";
import { control } from "../../src/apps/control.ts";
import { awakeInstead, otherIsAwake, swapTo } from "../../src/apps/turns.ts";
import { INDEX_PATH, type IndexedService, type ServiceIndex } from "../../src/model/index-file.ts";
import { renderSite, siteSources } from "../render/support.ts";
import { memorySystem } from "../support/memory-system.ts";
import { useSmallKeys } from "../support/small-keys.ts";

useSmallKeys();

const MODELS = `
services:
  vllm-qwen: { gpu: { devices: [0] }, swap: { group: chat, default: true } }
  big: { from: vllm-qwen, ports: { api: 8001 }, gpu: { devices: [0] }, swap: { group: chat } }
  other: { from: vllm-qwen, ports: { api: 8002 }, gpu: { devices: [1] } }
`;
const text = renderSite(siteSources(MODELS)).files.find((file) => file.path === INDEX_PATH)?.content ?? "";
const index = JSON.parse(text) as ServiceIndex;
const named = (name: string) => index.services.find((service) => service.name === name) as IndexedService;
const [small, big, other] = [named("vllm-qwen"), named("big"), named("other")];

function host(active: string) {
  const files = Object.fromEntries(
    index.services.map(({ uid }) => [`/run/user/${uid}/systemd/private`, { kind: "other" as const }]),
  );
  const system = memorySystem({ files });
  system.runner.on(/show .*vllm-qwen\.service/, {
    stdout: `Id=vllm-qwen.service\nLoadState=loaded\nActiveState=${active}\n`,
  });
  system.runner.on(/show .*other\.service/, { stdout: "Id=other.service\nLoadState=loaded\nActiveState=active\n" });
  const verbs = () =>
    system.runner.printed.flatMap(
      (line) => /systemctl --user (start|stop) -- (\S+)/.exec(line)?.slice(1).join(" ") ?? [],
    );
  return { system, verbs };
}

test.each(["active", "activating", "deactivating"])("who is %s keeps the others from starting", async (active) => {
  expect((await awakeInstead(host(active).system, index, big)).map(({ name }) => name)).toEqual(["vllm-qwen"]);
});

test.each(["inactive", "failed"])("who is %s keeps nobody, and so does who is in no group", async (active) => {
  expect(await awakeInstead(host(active).system, index, big)).toEqual([]);
  expect(await awakeInstead(host("active").system, index, other)).toEqual([]);
});

test("the refusal says who, where, and what to type, with an exit code of its own", () => {
  expect(otherIsAwake(big, [small], "big")).toMatchObject({
    message: "vllm-qwen is awake on GPU 0, and takes turns with big",
    hint: "svc start big --swap stops it first",
    exitCode: 3,
  });
});

const said: string[] = [];
const say = (text: string) => void said.push(text);

test("a swap stops the one and starts the other", async () => {
  const { system, verbs } = host("active");
  await swapTo(system, big, [small], () => control(system, "start", { service: big, units: big.units }), say);
  expect(verbs()).toEqual(["stop vllm-qwen.service", "start big.service"]);
});

test("where the other does not come up, the former runs again, and the reason is said", async () => {
  const { system, verbs } = host("active");
  system.runner.on("start -- big.service", { exitCode: 1, stderr: "Job for big.service failed" });
  const swap = swapTo(system, big, [small], () => control(system, "start", { service: big, units: big.units }), say);
  await expect(swap).rejects.toThrow(/^big did not start, and vllm-qwen runs again: .*Job for big\.service failed/s);
  expect(verbs()).toEqual([
    "stop vllm-qwen.service",
    "start big.service",
    "stop big.service",
    "start vllm-qwen.service",
  ]);
});

test("where the former does not come up again either, that is said", async () => {
  const { system } = host("active");
  system.runner.on(/ start -- /, { exitCode: 1, stderr: "no" });
  const swap = swapTo(system, big, [small], () => control(system, "start", { service: big, units: big.units }), say);
  await expect(swap).rejects.toThrow("vllm-qwen did not come up again either");
});

test.each(["stop -- vllm-qwen.service", "start -- big.service"])(
  "Ctrl-C during %s: the former runs again, and it is said",
  async (during) => {
    const { system, verbs } = host("active");
    said.length = 0;
    system.runner.on(during, () => {
      system.signals.send();
      return {};
    });
    const swap = swapTo(system, big, [small], () => control(system, "start", { service: big, units: big.units }), say);
    await expect(swap).rejects.toMatchObject({
      message: "big was given up, and vllm-qwen runs again",
      code: "stopped",
      exitCode: 130,
    });
    expect(said).toEqual(["stopping: big goes down and vllm-qwen comes back; Ctrl-C once more leaves it at that"]);
    expect(verbs().slice(-2)).toEqual(["stop big.service", "start vllm-qwen.service"]);
    const last = system.runner.printed.filter((line) => /big\.service/.test(line)).at(-1);
    expect(last, "what was given up has not failed").toContain("reset-failed");
  },
);
