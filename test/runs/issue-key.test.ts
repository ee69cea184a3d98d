/** `gateway-manage key create`: the file and the gateway together, or neither. */
import { expect, test } from "vitest";
import { withKey } from "../../src/config/edit-keys.ts";
import type { Sources } from "../../src/config/load.ts";
import { listGenerations } from "../../src/record/generations.ts";
import { issueKey } from "../../src/runs/issue-key.ts";
import { keySite, withGateway } from "../apply/key-site.ts";
import { MemoryHost } from "../apply/memory-host.ts";
import { install } from "../apply/support.ts";
import { installRunOn } from "./support.ts";

const DIRECTORY = "/etc/install-quadlets";
const FILE = `${DIRECTORY}/keys.yaml`;

async function hostWith(text: string | undefined) {
  const host = new MemoryHost();
  const gateway = withGateway(host);
  if (text !== undefined) host.system.files.put(FILE, { kind: "file", uid: 0, gid: 0, mode: 0o640, content: text });
  const sources = (): Sources => {
    const now = host.text(FILE);
    const site = keySite(undefined);
    return now === "" ? site : { ...site, registry: { keys: { file: FILE, text: now } } };
  };
  await install(host, sources());
  return { host, gateway, sources };
}

function edit(name: string, entry: Readonly<Record<string, unknown>> = {}) {
  return {
    name,
    service: "router",
    directory: DIRECTORY,
    file: "keys.yaml",
    edit: (text: string) => withKey(FILE, text, name, entry),
  };
}

test.each([
  ["where there was no file", undefined, 0o644, "keys:\n  anna:\n    tokens_per_day: 1000\n"],
  [
    "beside others, with the mode that it has",
    "keys:\n  ben: {}\n",
    0o640,
    "keys:\n  ben: {}\n  anna:\n    tokens_per_day: 1000\n",
  ],
])("a key is in the file and at the gateway: %s", async (_, before, mode, after) => {
  const { host, gateway, sources } = await hostWith(before);
  const run = installRunOn(host.system, sources);
  expect(await issueKey(run, edit("anna", { tokens_per_day: 1000 }))).toBe("done");
  expect(host.text(FILE)).toBe(after);
  expect((await host.system.files.stat(FILE))?.mode).toBe(mode);
  expect(gateway.named("anna")?.max_budget).toBe(0.001);
  expect(run.heard.slice(0, 2)).toEqual(["lock: gateway-manage key create", "shown: a plan"]);
  expect((await listGenerations(host.system.files)).at(-1)?.what).toBe("key create anna");
});

test.each<
  [string, (host: MemoryHost) => Parameters<typeof installRunOn>[3], Readonly<Record<string, unknown>>, string]
>([
  [
    "a person says no",
    () => (text) => {
      if (text.startsWith("ask:") || text.includes("Apply")) throw new Error("no");
    },
    {},
    "no",
  ],
  ["the file is refused", () => undefined, { tokens_per_day: 3 }, "no request fits into 3 tokens"],
  [
    "the gateway refuses",
    (host) => () => {
      const { answer } = host.system.http;
      host.system.http.answer = (question) =>
        question.method === "POST" ? { status: 500, body: "full" } : answer(question);
    },
    {},
    "500 to /key/generate: full",
  ],
])("the file is as before where %s", async (_, arrange, entry, words) => {
  for (const before of [undefined, "keys:\n  ben: {}\n"]) {
    const { host, gateway, sources } = await hostWith(before);
    const run = installRunOn(host.system, sources, { yes: false }, arrange(host));
    await expect(issueKey(run, edit("anna", entry))).rejects.toThrow(words);
    expect(host.text(FILE)).toBe(before ?? "");
    expect(host.system.files.nodes.has(FILE)).toBe(before !== undefined);
    expect(gateway.named("anna")).toBeUndefined();
    expect(host.secrets.has("router-user/router-key_anna")).toBe(false);
  }
});

test("it is made on its own: what else waits goes first", async () => {
  const { host, sources } = await hostWith(undefined);
  host.secrets.delete("router-user/router-master");
  host.system.files.put(
    "/var/lib/router/.local/share/containers/storage/secrets/secrets.json",
    '{"secrets":{},"nameToID":{}}',
  );
  await expect(issueKey(installRunOn(host.system, sources), edit("anna"))).rejects.toThrow("a key is made on its own");
  expect(host.system.files.nodes.has(FILE)).toBe(false);
});

test("a model that is down is left to whoever mends it: the key is made without it", async () => {
  const { host, gateway, sources } = await hostWith(undefined);
  host.scripted.set("engine.service", () => "ActiveState=failed\nSubState=failed\nResult=exit-code");
  const before = host.system.runner.commands.length;
  expect(await issueKey(installRunOn(host.system, sources), edit("anna"))).toBe("done");
  expect(gateway.named("anna")).toBeDefined();
  expect(host.text(FILE)).toBe("keys:\n  anna: {}\n");
  expect(host.system.runner.printed.slice(before).filter((line) => /start .*engine/.test(line))).toEqual([]);
});

test("a gateway that is down is started: without it there is no key", async () => {
  const { host, gateway, sources } = await hostWith(undefined);
  for (const manager of host.managers.values()) manager.control(["stop", "router.service"]);
  expect(host.running().map(({ unit }) => unit)).not.toContain("router-user/router.service");
  expect(await issueKey(installRunOn(host.system, sources), edit("anna"))).toBe("done");
  expect(gateway.named("anna")).toBeDefined();
});
