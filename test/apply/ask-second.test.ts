/** A second instance is asked for what the first one gives before requests go to it: who serves then, and what is left. */
import { describe, expect, test } from "vitest";
import type { HttpAnswer } from "../../src/model/http.ts";
import { install as installRun } from "../../src/runs/install.ts";
import { ownSources } from "../render/support.ts";
import { installRunOn } from "../runs/support.ts";
import { everyStep } from "../support/every-step.ts";
import { useSmallKeys } from "../support/small-keys.ts";
import { MemoryHost } from "./memory-host.ts";
import { PROXY } from "./proxy-site.ts";
import { expectConverged, install } from "./support.ts";

useSmallKeys();

/** It serves two models itself. */
const engine = (word: string, probe = "") => `
description: an engine
account: { user: app-user, home: /var/lib/app }
secrets: { key: { generate: { length: 33, alphabet: base62 } } }
ports:
  web: { host: 8080, container: 80, bind: [loopback] }
  web-twin: { host: 8090, container: 80, bind: [loopback], twin_of: web }
routes: [{ host: app, port: web }]
serves_models:
  type: openai-compatible
  port: web
  key: key
  models: [{ name: tiny }, { name: small }]
  probe: { path: /v1/chat, find: tokens${probe} }
containers:
  app:
    image: docker.io/lab/app:1
    environment: { WORD: ${word} }
    secrets: [{ secret: key, env: KEY }]
    replace: side-by-side
    health: { command: "true" }
    listens: [80]
`;

const site = (word: string, probe?: string) => ownSources({ proxy: PROXY, app: engine(word, probe) });

const TOKEN: HttpAnswer = { status: 200, body: '{"tokens":1}' };
const GONE: HttpAnswer = { status: 404, body: '{"error":{"message":"model \'gone\' not found"}}' };
const BEGIN = "proxy: begin app";

/** What each of the two ports answers for a model; by its public name whoever is led to. */
type Answers = (port: number, model: string) => HttpAnswer | undefined;

interface Scene {
  readonly host: MemoryHost;
  readonly events: string[];
  /** As the site of `word` is installed, with all that the command does. */
  go(word: string, options?: { readonly tokens?: boolean; readonly probe?: string }): Promise<string>;
}

async function arranged(answers: Answers, owner = "app-user"): Promise<Scene> {
  const host = new MemoryHost();
  await install(host, site("one"));
  const events: string[] = [];
  host.started = (unit) => events.push(`start ${unit}`);
  host.executed = (container, argv) => {
    events.push(`${container}: ${argv.join(" ")}`);
    return {};
  };
  const uid = new RegExp(`^${owner}:x:(\\d+)`, "m").exec(host.text("/etc/passwd"))?.[1];
  const rows = [8080, 8090].map(
    (port) => `0: 0100007F:${port.toString(16)} 00000000:0000 0A 00000000:00000000 00:00000000 00000000 ${uid} 0 1`,
  );
  host.system.files.put("/proc/4242/net/tcp", rows.join("\n").toUpperCase());
  host.system.http.answer = ({ by, port, body, bearer }) => {
    if (host.killed) throw new Error("killed");
    const { model } = JSON.parse(body?.reveal() ?? "{}") as { model: string };
    events.push(`ask ${by?.name ?? port} ${model}`);
    expect(bearer?.reveal()).toBe(host.secrets.get("app-user/app-key"));
    return by === undefined ? answers(port, model) : TOKEN;
  };
  const go: Scene["go"] = async (word, { tokens = true, probe } = {}) => {
    const run = installRunOn(host.system, () => site(word, probe), { yes: true, tokens });
    return installRun(run).then(String, (error: Error) => error.message);
  };
  return { host, events, go };
}

const left = (host: MemoryHost) =>
  [...host.system.files.nodes.keys(), ...host.running().map(({ unit }) => unit)].filter((name) =>
    /^(?!\/run\/).*twin/.test(name),
  );

const first = (host: MemoryHost) => host.running().find(({ unit }) => unit === "app-user/app.service")?.startedWith;

test("each of its models is asked at the port of the second one, and then requests go there", async () => {
  const { host, events, go } = await arranged(() => TOKEN);
  expect(await go("two")).toBe("done");
  expect(events).toEqual([
    "start app-twin.service",
    "ask 8090 tiny",
    "ask 8090 small",
    BEGIN,
    "start app.service",
    "proxy: end app",
    "ask app.liminati.internal tiny",
    "ask app.liminati.internal small",
  ]);
  expect(left(host)).toEqual([]);
  await expectConverged(host, site("two"));
});

describe("one that does not answer what the first one answers never serves", () => {
  test.each<[string, HttpAnswer | undefined, string]>([
    ["the provider's own words", GONE, "it answers 404: model 'gone' not found"],
    ["an answer of nothing", { status: 200, body: '{"tokens":0}' }, "it answers without a token"],
    ["a key that it refuses", { status: 401, body: "" }, "the key that is in the store is refused"],
    ["nobody there, and no more than so many tries", undefined, "nobody answers at 127.0.0.1:8090"],
  ])("%s", async (_, answer, words) => {
    const { host, events, go } = await arranged((port, model) => (port === 8090 && model === "small" ? answer : TOKEN));
    const before = first(host);
    const began = host.system.clock.now().getTime();
    expect(await go("two")).toBe(
      [
        "app runs on as it was: a second one does not answer as it does with what is new",
        `small does not give a token at http://127.0.0.1:8090: ${words}`,
        "everything was taken back; data and pulled images stay",
      ].join("\n"),
    );
    expect(host.system.clock.now().getTime() - began).toBeLessThan(60_000);
    expect(events).toContain("ask 8080 small");
    expect(events).not.toContain("ask 8080 tiny");
    expect(events).not.toContain(BEGIN);
    expect(events).not.toContain("start app.service");
    expect(first(host)).toBe(before);
    expect(left(host)).toEqual([]);
    await expectConverged(host, site("one"));
  });
});

test("a model that the first one does not give either was broken before: the change is made", async () => {
  const { host, events, go } = await arranged((_, model) => (model === "small" ? GONE : TOKEN));
  expect(await go("two")).toBe("done");
  expect(events.indexOf("ask 8080 small")).toBeLessThan(events.indexOf(BEGIN));
  expect(left(host)).toEqual([]);
});

test.each([
  ["what is a person's to bring", { probe: ", by_hand: true" }],
  ["anything, where nobody wants to know", { tokens: false }],
])("%s is not asked for", async (_, options) => {
  const { events, go } = await arranged(() => GONE);
  expect(await go("two", options)).toBe("done");
  expect(events.filter((event) => /^ask 80/.test(event))).toEqual([]);
  expect(events).toContain(BEGIN);
});

test("who else happens to have the port of the second one is not shown the key", async () => {
  const { events, go } = await arranged(() => TOKEN, "proxy-user");
  // Nor has the first one its port then: nothing is known of the two.
  await go("two");
  expect(events.filter((event) => /^ask 80/.test(event))).toEqual([]);
});

test("stopped while it is asked, the second one ends, and the first one was never touched", async () => {
  const scene = await arranged(() => {
    scene.host.system.signals.send();
    return TOKEN;
  });
  const { host, events, go } = scene;
  expect(await go("two")).toMatch(/^stopped, as asked\neverything was taken back/);
  expect(events).not.toContain(BEGIN);
  expect(left(host)).toEqual([]);
  await expectConverged(host, site("one"));
});

test.each([["and booted, "], [""]])(
  "one that is refused, killed at any step, %sand run again when its provider answers: what is new runs, and nothing of it is left",
  async (boots) => {
    for (const step of everyStep()) {
      let isMended = false;
      const { host, events, go } = await arranged((port) => (port === 8090 && !isMended ? GONE : TOKEN));
      host.failAt = host.changes + step;
      await go("two");
      const { killed } = host;
      expect(events, `step ${step}`).not.toContain(BEGIN);
      await host.revive();
      if (boots !== "") host.boot();
      isMended = true;
      expect(await go("two"), `step ${step}`).toBe("done");
      expect(left(host), `step ${step}`).toEqual([]);
      await expectConverged(host, site("two"));
      if (!killed) break;
    }
  },
);

test("killed while it is asked, and run again: nothing of it is left, and it is asked anew", async () => {
  let isFirst = true;
  const scene = await arranged(() => {
    if (isFirst) scene.host.killed = true;
    if (isFirst) throw new Error("killed");
    return TOKEN;
  });
  const { host, events, go } = scene;
  expect(await go("two")).toContain("killed");
  expect(events).not.toContain(BEGIN);
  isFirst = false;
  await host.revive();
  events.length = 0;
  expect(await go("two")).toBe("done");
  expect(events.indexOf("ask 8090 tiny")).toBeLessThan(events.indexOf(BEGIN));
  expect(left(host)).toEqual([]);
  await expectConverged(host, site("two"));
});
