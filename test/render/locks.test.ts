/** Services that share a graphics card: which locks they hold, for whom these are, and what starts at boot. */
import { expect, test } from "vitest";
import { ownSources, renderSite, siteSources } from "./support.ts";

const MODELS = `
services:
  vllm-qwen: { gpu: { devices: [0], memory: 0.5 }, swap: { group: chat, default: true } }
  big: { from: vllm-qwen, ports: { api: 8001 }, gpu: { devices: [0], memory: 0.6 }, swap: { group: chat }, idle: 30m }
  embed: { from: vllm-qwen, ports: { api: 8002 }, gpu: { devices: [0], memory: 0.3 } }
  apart: { from: vllm-qwen, ports: { api: 8003 }, gpu: { devices: [1], memory: 0.9 } }
`;
const state = renderSite(siteSources(MODELS));
const uidOf = (name: string) => state.accounts.find(({ service }) => service === name)?.uid;
const contentOf = (end: string) => state.files.find(({ path }) => path.endsWith(end))?.content;

test("the files that are locked are for the services that lock them, and for nobody else", () => {
  const [qwen, big, embed] = ["vllm-qwen", "big", "embed"].map(uidOf);
  const lines = contentOf("/etc/tmpfiles.d/install-quadlets.conf")?.split("\n").slice(2);
  expect(lines).toEqual([
    "d /run/install-quadlets-locks 0711 root root -",
    "f /run/install-quadlets-locks/turn-vllm-qwen 0640 root root -",
    `a /run/install-quadlets-locks/turn-vllm-qwen - - - - u:${qwen}:r,u:${big}:r,u:${embed}:r`,
    "f /run/install-quadlets-locks/awake-chat 0640 root root -",
    `a /run/install-quadlets-locks/awake-chat - - - - u:${qwen}:r,u:${big}:r`,
    "",
  ]);
  expect(state.systemUnits.map(({ unit }) => unit)).toContain("install-quadlets-locks.service");
});

test.each(["big.container", "big.turn.service", "big.awake.service"])("%s", async (name) => {
  await expect(contentOf(`/${name}`)).toMatchFileSnapshot(`golden/swap-${name}.txt`);
});

test("at boot the default of a group starts, and who is in none; who shares nothing locks nothing", () => {
  const starts = ["vllm-qwen", "big", "embed", "apart"].filter((name) =>
    contentOf(`/${name}.container`)?.includes("WantedBy=default.target"),
  );
  expect(starts).toEqual(["vllm-qwen", "embed", "apart"]);
  expect(state.files.map(({ path }) => path).filter((path) => /apart\.(turn|awake)|embed\.awake/.test(path))).toEqual(
    [],
  );
  expect(contentOf("/apart.container")).not.toContain("turn");
});

test("they start one after another, and only they", () => {
  const turns = state.units.flatMap(({ plainName, turn }) => (turn === undefined ? [] : [[plainName, turn]]));
  expect(Object.fromEntries(turns)).toEqual({ "vllm-qwen": 0, big: 1, embed: 2 });
});

test("a group that has its card for itself waits for no turn", () => {
  const two = renderSite(siteSources(MODELS.replace(/ {2}embed.*\n/, "").replace(/ {2}apart.*\n/, "")));
  expect(two.units.filter(({ turn }) => turn !== undefined)).toEqual([]);
  expect(two.files.map(({ path }) => path).filter((path) => path.endsWith(".turn.service"))).toEqual([]);
});

test("a quadlet that is taken as it is takes its turn by a drop-in, where others use its card", async () => {
  const service = (name: string) =>
    `{ description: ${name}, account: { user: ${name}, home: /var/lib/${name} }, quadlets: [${name}/${name}.container, ${name}/side-${name}.container] }`;
  const quadlets = (name: string, card: number) => ({
    [`${name}/${name}.container`]: `[Container]\nImage=docker.io/lab/echo:1\nAddDevice=nvidia.com/gpu=${card}\n`,
    [`${name}/side-${name}.container`]: "[Container]\nImage=docker.io/lab/echo:1\n",
  });
  const together = (card: number) =>
    renderSite(
      ownSources({ one: service("one"), two: service("two") }, { ...quadlets("one", 0), ...quadlets("two", card) }),
    );
  const shared = together(0);
  const added = shared.files.filter(({ path }) => path.includes(".container.d/"));
  expect(added.map(({ path }) => path)).toEqual([
    "/etc/containers/systemd/users/800/one.container.d/zz-install-quadlets-turn.conf",
    "/etc/containers/systemd/users/801/two.container.d/zz-install-quadlets-turn.conf",
  ]);
  await expect(added[0]?.content).toMatchFileSnapshot("golden/raw-turn.conf.txt");
  const turns = shared.units.map(({ plainName, turn, files }) => [plainName, turn, files.length]);
  expect(turns).toEqual([
    ["one", 0, 2],
    ["side-one", undefined, 1],
    ["two", 1, 2],
    ["side-two", undefined, 1],
  ]);
  expect(shared.directories.map(({ path }) => path)).toContain("/etc/containers/systemd/users/801/two.container.d");

  const apart = together(1);
  expect(apart.files.filter(({ path }) => /turn|locks/.test(path))).toEqual([]);
  const print = (state: typeof shared) => state.units.map((unit) => unit.fingerprint);
  // Who gets a turn is started anew with it, and nobody else.
  expect(print(shared).map((one, index) => one === print(apart)[index])).toEqual([false, true, false, true]);
});

test("a site that shares no card has none of it", () => {
  const plain = renderSite();
  expect(plain.files.filter(({ path }) => /locks|tmpfiles|\.(turn|awake)\./.test(path))).toEqual([]);
});

test("a request for a model that may sleep gets 503 with its reason, for others nothing changes", async () => {
  const routes = contentOf("/routes.conf") ?? "";
  const of = (name: string) => routes.split("\n# ").find((part) => part.startsWith(`${name}: `)) ?? "";
  await expect(of("big")).toMatchFileSnapshot("golden/swap-routes.conf.txt");
  expect(of("embed")).toContain("error_page 502 504 $down_page;");
  expect(of("embed")).not.toContain("503");
});
