/** The gateway's cache of answers, in a small Redis in memory that answers as redis-cli prints it. */
import { describe, expect, test } from "vitest";
import { AnswerCache, type CacheStats, COUNT, DROP, LOOK, ratesBetween } from "../../src/apps/answer-cache.ts";
import { keysText, statsText, watchCells, watchLine } from "../../src/cli/gateway-cache.ts";
import type { Command } from "../../src/model/command.ts";
import type { IndexedAnswers, IndexedService } from "../../src/model/index-file.ts";
import { resolve } from "../gateway/support.ts";
import { memorySystem } from "../support/memory-system.ts";

const SERVICE = {
  name: "gateway",
  user: "gateway-user",
  uid: 810,
  gid: 810,
  home: "/var/lib/gateway",
  answers: { unit: "gateway-cache", setting: "cache", prefix: "litellm:", digits: 64 } as IndexedAnswers,
  units: [{ name: "gateway-cache", unit: "gateway-cache.service", kind: "container" }],
} as unknown as IndexedService;

/** As Redis takes a pattern, as far as ours go. */
function matches(pattern: string, name: string): boolean {
  return new RegExp(`^${pattern.replaceAll("*", ".*")}$`, "s").test(name);
}

function site(names: readonly string[], more = "", service = SERVICE) {
  const system = memorySystem();
  const held = new Map(names.map((name, index) => [name, index === 0 ? -1 : 60_000 - index] as const));
  const sizes: number[] = [];
  system.runner.on("redis-cli", ({ argv }: Command) => {
    const words = argv.slice(argv.indexOf("redis-cli") + 2);
    const [, script, , cursor, pattern = "", count] = words;
    sizes.push(Number(count));
    const from = Number(cursor);
    const page = [...held.keys()].slice(from, from + Number(count));
    const end = from + Number(count) >= held.size ? "0" : String(from + Number(count));
    const own = page.filter((name) => matches(pattern, name));
    const info = `# Stats\r\nkeyspace_hits:30\r\nkeyspace_misses:10\r\n${more}\r\n`;
    if (script === COUNT) return { stdout: `${JSON.stringify([end, own.length, info])}\n` };
    if (script === LOOK) {
      const found = own.map((name) => [name, held.get(name), 1_200]);
      return { stdout: `${JSON.stringify([end, found.length === 0 ? {} : found])}\n` };
    }
    if (script !== DROP) return { exitCode: 1, stderr: "ERR unknown command" };
    for (const name of own) held.delete(name);
    // What is gone moves no cursor of Redis.
    return { stdout: `${JSON.stringify([end === "0" ? "0" : String(Number(end) - own.length), own.length])}\n` };
  });
  return { system, held, sizes, cache: new AnswerCache(system, service) };
}

const HASH = "0123456789abcdef".repeat(4);
const named = (index: number) => `litellm:${HASH.slice(0, -8)}${index.toString(16).padStart(8, "0")}`;
const many = (count: number) => Array.from({ length: count }, (_, index) => named(index));
/** What LiteLLM keeps beside them, and what only looks like one. */
const OTHERS = [
  "other",
  "litellms",
  `litellm:spend:key:${HASH}`,
  `litellm:{api_key:${HASH}}:requests`,
  `litellm:${HASH}0`,
  `litellm:${HASH.toUpperCase()}`,
];

test("numbers of it, and none that it does not say", async () => {
  const { cache, system } = site(
    [...OTHERS, ...many(3)],
    "used_memory:1500000\r\nmaxmemory:402653184\r\nuptime_in_seconds:7300\r\n",
  );
  const stats = await cache.stats();
  expect(stats).toEqual({
    answers: 3,
    hits: 30,
    misses: 10,
    expired: 0,
    evicted: 0,
    bytes: 1_500_000,
    mostBytes: 402_653_184,
    upSeconds: 7_300,
  });
  expect(statsText(stats)).toMatchInlineSnapshot(`
    "answers      3
    found        30 of 40 looked for (75 %)
    memory       1.5 MB of 403 MB
    ended        0 by their age, 0 for want of memory
    counted for  2 h"
  `);
  expect(statsText({ ...stats, hits: 0, misses: 0, mostBytes: 0, upSeconds: 3 })).toMatchInlineSnapshot(`
    "answers      3
    found        0 of 0 looked for (-)
    memory       1.5 MB
    ended        0 by their age, 0 for want of memory
    counted for  3 s"
  `);
  expect((await site([]).cache.stats()).answers).toBe(0);
  // As its owner, in its container, and without a password in any argument.
  expect(system.runner.printed[0]).toContain("podman exec gateway-cache redis-cli -e EVAL");
});

describe("names", () => {
  test("no more than are asked for, in bounded steps, and only those of answers", async () => {
    const { cache, sizes } = site(["other", ...many(12_000)]);
    expect((await cache.keys(3)).length).toBe(3);
    expect(sizes).toEqual([3, 3]);
    expect((await site([...OTHERS, ...many(3)]).cache.keys(50)).map(({ name }) => name)).toEqual(many(3));
    expect((await cache.keys(10_000)).length).toBe(10_000);
    expect(Math.max(...sizes)).toBe(5_000);
  });

  test("as a table; one that never ends says so, and none is none", async () => {
    const service = { ...SERVICE, answers: { unit: "gateway-cache", prefix: "litellm:" } } as IndexedService;
    const keys = await site(["litellm:a\nb", "litellm:c", "other"], "", service).cache.keys(50);
    expect(keysText(keys)).toMatchInlineSnapshot(`
      "NAME         FOR ANOTHER  SIZE
      litellm:a b  stays        1.2 kB
      litellm:c    60 s         1.2 kB"
    `);
    expect(await site([]).cache.keys(50)).toEqual([]);
  });

  test("a walk that shows one twice, or never ends", async () => {
    const { cache, system } = site([]);
    system.runner.on("EVAL", { stdout: '["7",[["litellm:a",1,1],["litellm:a",1,1]]]' });
    expect(await cache.keys(2)).toHaveLength(1);
    expect(system.runner.commands.length).toBe(1_000);
  });
});

test("a flush removes answers, all of them, and nothing else: no limit and no budget begins anew", async () => {
  const { cache, held, system } = site([...OTHERS, ...many(12_000)]);
  expect(await cache.flush()).toBe(12_000);
  expect([...held.keys()]).toEqual(OTHERS);
  expect(system.runner.printed.some((line) => /\b(KEYS|FLUSHDB|FLUSHALL)\b/.test(line))).toBe(false);
});

test.each<[string, IndexedAnswers | undefined, string, string | undefined]>([
  ["none", undefined, "gateway keeps no answers", undefined],
  [
    "one that is off",
    { setting: "cache", prefix: "litellm:" },
    "gateway keeps no answers: its cache is off",
    '"gateway: { settings: { cache: true } }" below services: in stack.yaml turns it on; then sudo install-quadlets',
  ],
])("%s", (_, answers, message, hint) => {
  const open = () => new AnswerCache(memorySystem(), { ...SERVICE, answers } as IndexedService);
  expect(open).toThrow(message);
  expect(open).toThrow(expect.objectContaining({ hint }));
});

test("the line that turns it on does, and off is what it is shipped as", () => {
  const containers = (stack: string) =>
    resolve({ stack })
      .services.find(({ name }) => name === "gateway")
      ?.containers.map(({ name }) => name);
  expect(containers("services: { gateway: {} }")).not.toContain("cache");
  expect(containers("services: { gateway: { settings: { cache: true } } }")).toContain("cache");
});

test.each([
  [
    "no answer",
    { exitCode: 125, stderr: "no such container\nmore" },
    "gateway-cache does not answer: no such container",
  ],
  ["a refusal", { exitCode: 1, stdout: "NOAUTH Authentication required." }, "gateway-cache does not answer: NOAUTH"],
  ["something else", { stdout: "<html>" }, "what gateway-cache says cannot be read"],
])("%s", async (_, answer, words) => {
  const { system, cache } = site([]);
  system.runner.on("redis-cli", answer);
  await expect(cache.stats()).rejects.toThrow(words);
  await expect(cache.keys(5)).rejects.toThrow(words);
  await expect(cache.flush()).rejects.toThrow(words);
});

const STATS: CacheStats = {
  answers: 1_200,
  hits: 30,
  misses: 10,
  expired: 0,
  evicted: 0,
  bytes: 3_000_000,
  mostBytes: 0,
  upSeconds: 60,
};

test("rates are of what came since, also when it has started anew", () => {
  expect(ratesBetween(STATS, { ...STATS, hits: 36, misses: 11 }, 2_000)).toEqual({ hits: 3, misses: 0.5 });
  expect(ratesBetween(STATS, { ...STATS, hits: 4, misses: 0 }, 1_000)).toEqual({ hits: 4, misses: 0 });
  const at = new Date("2026-11-28T16:00:00Z");
  const cells = watchCells(at, { hits: 3, misses: 1 }, STATS);
  expect(cells).toEqual(["16:00:00", "3.0", "1.0", "75 %", "1,200", "3.0 MB"]);
  expect(watchCells(at, { hits: 0, misses: 0 }, STATS)[3]).toBe("-");
  expect(watchLine(cells)).toBe("16:00:00    3.0         1.0         75 %        1,200       3.0 MB");
});
