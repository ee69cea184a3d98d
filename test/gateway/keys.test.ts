/** Keys for people: in words, as secrets of the service that routes, and as what a gateway is told. */
import { describe, expect, test } from "vitest";
import { expiredKeys } from "../../src/gateway/checks/host.ts";
import {
  expiryOf,
  grouped,
  hasExpired,
  type KeyLimits,
  limitChanges,
  limitsText,
} from "../../src/model/gateway-key.ts";
import { renderSite } from "../render/support.ts";
import { limitsOf } from "../support/keys.ts";
import { resolve, sourcesOf } from "./support.ts";

const day = (tokens: number) => ({ allowance: { kind: "tokens", tokens } as const });

test.each<[Partial<KeyLimits>, string]>([
  [{}, "every model"],
  [{ models: ["gpt", "qwen"], requestsPerMinute: 60 }, "gpt, qwen, 60 requests a minute"],
  [{ tokensPerMinute: 20000, parallelRequests: 4 }, "every model, 20,000 tokens a minute, 4 at once"],
  [{ ...day(1_234_567), expires: "2027-03-02T00:00:00.000Z" }, "every model, 1,234,567 tokens a day, until 2027-03-01"],
  [{ allowance: { kind: "dollars", dollars: 2.5, every: "month" } }, "every model, $2.5 a month"],
])("limits in words: %j", (limits, words) => {
  expect(limitsText(limitsOf(limits))).toBe(words);
});

test.each<[Partial<KeyLimits>, Partial<KeyLimits>, string]>([
  [{}, {}, ""],
  [day(100_000), day(200_000), "100,000 -> 200,000 tokens a day"],
  [day(100_000), {}, "100,000 tokens a day -> no allowance"],
  [{}, { parallelRequests: 4 }, "any -> 4 at once"],
  [{ models: ["a"] }, { models: ["a", "b"] }, "a -> a, b"],
  [{ models: ["a"] }, {}, "a -> every model"],
  [
    { expires: "2027-03-02T00:00:00.000Z" },
    { expires: "2027-04-01T00:00:00.000Z" },
    "until 2027-03-01 -> until 2027-03-31",
  ],
  [
    { requestsPerMinute: 5, ...day(1000) },
    { requestsPerMinute: 6, allowance: { kind: "dollars", dollars: 1, every: "day" } },
    "5 -> 6 requests a minute, 1,000 tokens a day -> $1 a day",
  ],
])("what changes, in words: %j to %j", (before, after, words) => {
  expect(limitChanges(limitsOf(before), limitsOf(after))).toBe(words);
});

test("numbers are grouped as everybody reads them", () => {
  expect([1, 999, 1000, 12345678].map(grouped)).toEqual(["1", "999", "1,000", "12,345,678"]);
});

describe("the last day", () => {
  test.each([
    ["2027-03-01", "2027-03-02T00:00:00.000Z"],
    ["2028-02-29", "2028-03-01T00:00:00.000Z"],
    ["2027-12-31", "2028-01-01T00:00:00.000Z"],
    ["2027-02-29", undefined],
    ["2027-13-01", undefined],
    ["2027-00-10", undefined],
  ])("%s ends at %s", (text, end) => {
    expect(expiryOf(text)).toBe(end);
  });

  test("counts to its end", () => {
    const limits = limitsOf({ expires: expiryOf("2027-03-01") });
    expect(hasExpired(limits, new Date("2027-03-01T23:59:59.999Z"))).toBe(false);
    expect(hasExpired(limits, new Date("2027-03-02T00:00:00Z"))).toBe(true);
    const keys = resolve({ keys: "keys: { old: { expires: 2027-03-01 }, anna: {} }" }).registry?.keys ?? [];
    expect(expiredKeys(keys, new Date("2027-03-02T00:00:00Z"))).toEqual(["old"]);
  });
});

test("each is a secret of the service that routes, which no container gets and which is part of its backup", () => {
  const gateway = resolve({ keys: "keys: { anna: {}, nightly: { kind: machine } }" }).services.find(
    ({ name }) => name === "gateway",
  );
  const keys = gateway?.secrets.filter(({ name }) => name.startsWith("key_")) ?? [];
  expect(keys.map(({ name }) => name)).toEqual(["key_anna", "key_nightly", "key_open-webui"]);
  expect(keys.every((secret) => secret.kind === "generated" && secret.prefix === "sk-")).toBe(true);
  expect(gateway?.backup?.secrets).toEqual([
    "master-key",
    "salt-key",
    "postgres",
    "key_anna",
    "key_nightly",
    "key_open-webui",
  ]);
  const used = gateway?.containers.flatMap(({ secrets }) => secrets.map(({ secret }) => secret)) ?? [];
  expect(used.filter((name) => name.startsWith("key_"))).toEqual([]);
});

test("another key restarts nothing: what the units run with stays", () => {
  const unitsWith = (keys: string) =>
    renderSite(sourcesOf({ keys })).units.filter(({ service }) => service === "gateway");
  expect(unitsWith("keys: { anna: { tokens_per_day: 1000 } }")).toEqual(unitsWith("keys: {}"));
});

test("without a service that routes the file is checked, and nothing is made of it", () => {
  const stack = resolve({ stack: "services: {}", keys: "keys: { anna: {} }" });
  expect(stack.registry).toBeUndefined();
  expect(stack.services.flatMap(({ secrets }) => secrets).filter(({ name }) => name.startsWith("key_"))).toEqual([]);
});

test("the gateway's route takes both headers, limits each address as the settings say, and answers about one's own key", () => {
  const stack = "services: { gateway: { settings: { requests_per_second: 5, burst: 6, at_once: 7 } } }";
  const [route] = resolve({ stack }).services.find(({ name }) => name === "gateway")?.routes ?? [];
  expect(route).toMatchObject({
    host: "llm",
    apiKey: true,
    limits: { requestsPerSecond: 5, burst: 6, atOnce: 7 },
    moved: [{ from: "/v1/usage", to: "/key/info" }],
  });
  const routes = renderSite(sourcesOf({ stack })).files.find(({ path }) => path.endsWith("/config/routes.conf"));
  expect(routes?.content).toContain("limit_req zone=requests_llm burst=6 nodelay;");
  expect(routes?.content).toContain('"~^llm.liminati.internal (?<key_in_header>[^ ]+)$"');
  const without = renderSite(sourcesOf({ stack: "services: {}" })).files.find(({ path }) =>
    path.endsWith("/config/routes.conf"),
  );
  expect(without?.content).not.toMatch(/limit_|X-API-Key|usage/);
});
