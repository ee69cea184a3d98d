/** What gateway-manage finds out: who used what, what is left, and whom it shows the master key. */
import { describe, expect, test } from "vitest";
import { listKeys } from "../../src/admin/client.ts";
import { type By, leftOf, openGateway, readUsage, stateOf } from "../../src/apps/gateway.ts";
import { LastingGateway } from "../../src/apps/lasting-gateway.ts";
import type { ServiceIndex } from "../../src/model/index-file.ts";
import { keySite, withGateway } from "../apply/key-site.ts";
import { MemoryHost } from "../apply/memory-host.ts";
import { install } from "../apply/support.ts";
import type { MemoryLitellm } from "../support/memory-litellm.ts";

const NOW = new Date("2026-11-27T18:00:00Z");

async function site() {
  const host = new MemoryHost();
  const litellm = withGateway(host);
  const keys = "{ anna: { for: Anna, tokens_per_day: 1000 }, laptop: { for: Anna }, ben: { kind: machine } }";
  await install(host, keySite(keys));
  const index = JSON.parse(host.text("/var/lib/install-quadlets/index.json")) as ServiceIndex;
  const service = index.services.find(({ name }) => name === "router");
  if (service === undefined) throw new Error("no such service");
  return { host, litellm, service, gateway: await openGateway(host.system, service) };
}

function use(litellm: MemoryLitellm): void {
  const token = (name: string) => litellm.named(name)?.token ?? "";
  litellm.used.push(
    {
      date: "2026-11-27",
      token: token("anna"),
      alias: "anna",
      model: "small",
      prompt_tokens: 100,
      completion_tokens: 20,
    },
    {
      date: "2026-11-27",
      token: token("anna"),
      alias: "anna",
      model: "large",
      prompt_tokens: 10,
      completion_tokens: 5,
    },
    {
      date: "2026-11-27",
      token: token("laptop"),
      alias: "laptop",
      model: "small",
      prompt_tokens: 1,
      completion_tokens: 1,
    },
    {
      date: "2026-11-26",
      token: token("ben"),
      alias: "ben",
      model: "small",
      prompt_tokens: 1000,
      completion_tokens: 0,
    },
    {
      date: "2026-11-26",
      token: "0123456789abcdef",
      alias: "gone",
      model: "small",
      prompt_tokens: 7,
      completion_tokens: 0,
      failed: true,
    },
    { date: "2026-11-26", token: "fedcba9876543210", model: "small", prompt_tokens: 3, completion_tokens: 0 },
    {
      date: "2026-11-20",
      token: token("ben"),
      alias: "ben",
      model: "large",
      prompt_tokens: 5000,
      completion_tokens: 0,
    },
  );
}

describe("usage", () => {
  test.each<[By, number, readonly string[]]>([
    ["key", 1, ["anna 2 0 110+25", "laptop 1 0 1+1"]],
    ["key", 2, ["ben 1 0 1000+0", "anna 2 0 110+25", "gone 1 1 7+0", "fedcba987654... 1 0 3+0", "laptop 1 0 1+1"]],
    ["model", 2, ["small 5 1 1111+21", "large 1 0 10+5"]],
    ["user", 1, ["Anna 3 0 111+26"]],
    ["day", 8, ["2026-11-20 1 0 5000+0", "2026-11-26 3 1 1010+0", "2026-11-27 3 0 111+26"]],
    ["day", 7, ["2026-11-26 3 1 1010+0", "2026-11-27 3 0 111+26"]],
  ])("by %s, of %d days", async (by, days, lines) => {
    const { litellm, gateway } = await site();
    use(litellm);
    const text = async () =>
      (await readUsage(gateway, by, days, NOW)).rows.map(
        (row) => `${row.name} ${row.requests} ${row.failed} ${row.input}+${row.output}`,
      );
    expect(await text()).toEqual(lines);
    // A day that is spread over pages is one day.
    litellm.pageSize = 2;
    expect(await text()).toEqual(lines);
  });

  test("adds up to the same, however it is looked at", async () => {
    const { litellm, gateway } = await site();
    use(litellm);
    const sums = await Promise.all(
      (["key", "model", "user", "day"] as const).map(async (by) =>
        (await readUsage(gateway, by, 30, NOW)).rows.reduce((sum, { input, output }) => sum + input + output, 0),
      ),
    );
    expect(new Set(sums)).toEqual(new Set([6147]));
  });

  test("what cannot be read is said", async () => {
    const { litellm, gateway } = await site();
    litellm.broken = { status: 200, body: "[]" };
    await expect(readUsage(gateway, "model", 1, NOW)).rejects.toThrow("what the gateway says was used cannot be read");
  });
});

describe("a key", () => {
  test("has what is left of its tokens or its dollars, or is not counted", async () => {
    const { litellm, gateway } = await site();
    const row = litellm.named("anna");
    if (row !== undefined) row.spend = 0.000999;
    const keys = new Map((await listKeys(gateway)).map((key) => [key.name, key]));
    const anna = keys.get("anna");
    const ben = keys.get("ben");
    if (anna === undefined || ben === undefined) throw new Error("no such key");
    expect(leftOf(anna)).toEqual({ unit: "tokens", used: 999, limit: 1000 });
    expect(leftOf(ben)).toBeUndefined();
    const dollars = { kind: "dollars", dollars: 2, every: "month" } as const;
    expect(leftOf({ ...ben, spent: 0.5, limits: { ...ben.limits, allowance: dollars } })).toEqual({
      unit: "dollars",
      used: 0.5,
      limit: 2,
    });
    expect(stateOf(anna, NOW)).toBe("works");
    expect(stateOf({ ...anna, spent: 0.001 }, NOW)).toBe("spent");
    expect(stateOf({ ...anna, isBlocked: true }, NOW)).toBe("blocked");
    expect(stateOf({ ...anna, limits: { ...anna.limits, expires: "2026-11-27T18:00:00.000Z" } }, NOW)).toBe("expired");
  });
});

test("whoever else listens at its port is not asked, and a service that makes no keys is said to make none", async () => {
  const { host, service } = await site();
  const table = "/proc/4242/net/tcp";
  host.system.files.put(table, host.text(table).replace(/ 80\d /, " 1000 "));
  await expect(openGateway(host.system, service)).rejects.toThrow("router does not answer at port 4100");
  const { keys: _, ...without } = service;
  await expect(openGateway(host.system, without)).rejects.toThrow("router makes no keys");
});

test("whoever stays asks it only while its port is its own, and opens it anew when it was away", async () => {
  const { host, service } = await site();
  const table = "/proc/4242/net/tcp";
  const own = host.text(table);
  const door = new LastingGateway(host.system, service);
  const first = await door.get();
  expect(await door.get()).toBe(first);
  host.system.files.put(table, own.replace(/ 80\d /, " 1000 "));
  await expect(door.get()).rejects.toThrow("router does not answer at port 4100");
  host.system.files.put(table, own);
  const second = await door.get();
  expect(second).not.toBe(first);
  door.forget();
  expect(await door.get()).not.toBe(second);
});
