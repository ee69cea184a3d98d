/** A bench: events in, numbers out; and who is asked how often, how many at once, and with which key. */
import { describe, expect, test } from "vitest";
import { bench, type Wanted } from "../../src/apps/bench.ts";
import { levelOf, Reading, type Sample, spread } from "../../src/apps/bench-stats.ts";
import { benchText, wantedIn } from "../../src/cli/vllm-bench.ts";
import { UserError } from "../../src/model/diagnostic.ts";
import type { HttpQuestion } from "../../src/model/http.ts";
import { INDEX_PATH, type IndexedService, type ServiceIndex } from "../../src/model/index-file.ts";
import type { HttpStreams, StreamedAnswer } from "../../src/system/interfaces.ts";
import { renderSite, siteSources } from "../render/support.ts";
import { memorySystem } from "../support/memory-system.ts";

const delta = (fields: object) => JSON.stringify({ choices: [{ index: 0, delta: fields }] });
const text = (content: string) => delta({ content });

function read(...events: readonly (readonly [string, number])[]): Sample {
  const reading = new Reading();
  for (const [data, at] of events) reading.take(data, at);
  return reading.end();
}

describe("one answer", () => {
  test.each<[string, readonly (readonly [string, number])[], Sample]>([
    [
      "the role is no token, and a model that counts itself knows better than pieces do",
      [
        [delta({ role: "assistant", content: "" }), 10],
        [text("a"), 50],
        [text("b c"), 80],
        [delta({}), 90],
        [JSON.stringify({ choices: [], usage: { completion_tokens: 3 } }), 91],
        ["[DONE]", 92],
      ],
      { error: undefined, firstToken: 50, gaps: [30], tokens: 3 },
    ],
    [
      "as llama-server writes it: a role with null, an end without text, a count with timings",
      [
        [delta({ role: "assistant", content: null }), 10],
        [text(" in"), 40],
        [text(" two"), 60],
        [JSON.stringify({ choices: [{ finish_reason: "length", index: 0, delta: {} }] }), 61],
        [JSON.stringify({ choices: [], usage: { completion_tokens: 3 }, timings: { predicted_n: 3 } }), 62],
        ["[DONE]", 63],
      ],
      { error: undefined, firstToken: 40, gaps: [20], tokens: 3 },
    ],
    [
      "pieces count where nobody else does",
      [
        [text("a"), 5],
        [text("b"), 6],
      ],
      { error: undefined, firstToken: 5, gaps: [1], tokens: 2 },
    ],
    [
      "reasoning and calls are tokens as well",
      [
        [delta({ reasoning_content: "hm" }), 5],
        [delta({ reasoning: "hm" }), 7],
        [delta({ tool_calls: [{}] }), 10],
      ],
      { error: undefined, firstToken: 5, gaps: [2, 3], tokens: 3 },
    ],
    [
      "nothing at all",
      [["[DONE]", 1]],
      { error: "an answer without a token", firstToken: undefined, gaps: [], tokens: 0 },
    ],
    [
      "a fault in the middle of it",
      [
        [text("a"), 5],
        ['{"error":{"message":"out of memory"}}', 6],
      ],
      { error: "out of memory", firstToken: 5, gaps: [], tokens: 0 },
    ],
    [
      "what nobody understands",
      [
        ["{", 1],
        ["[]", 2],
        ['{"choices":"no"}', 3],
        [text("a"), 4],
      ],
      { error: undefined, firstToken: 4, gaps: [], tokens: 1 },
    ],
  ])("%s", (_, events, sample) => {
    expect(read(...events)).toEqual(sample);
  });
});

test.each([
  [[], undefined],
  [[7], { median: 7, p90: 7 }],
  [[3, 1, 2], { median: 2, p90: 3 }],
  [[1, 2, 3, 4], { median: 2, p90: 4 }],
  [Array.from({ length: 100 }, (_, index) => 100 - index), { median: 50, p90: 90 }],
])("of %j the middle and the ninetieth of a hundred", (values, expected) => {
  expect(spread(values)).toEqual(expected);
});

test("a level: what failed counts as failed, and in no other number", () => {
  const good = (firstToken: number, tokens: number): Sample => ({
    error: undefined,
    firstToken,
    gaps: [10, 20],
    tokens,
  });
  const bad: Sample = { error: "it answers 429: slow down", firstToken: undefined, gaps: [], tokens: 0 };
  expect(levelOf(8, [good(100, 10), bad, good(300, 30), bad], 2_000)).toEqual({
    atOnce: 8,
    answers: 2,
    seconds: 2,
    errors: { "it answers 429: slow down": 2 },
    firstToken: { median: 100, p90: 300 },
    betweenTokens: { median: 10, p90: 20 },
    tokens: 40,
    tokensPerSecond: 20,
  });
  expect(levelOf(1, [], 0)).toMatchObject({ answers: 0, firstToken: undefined, tokensPerSecond: 0 });
});

function siteIndex(): ServiceIndex {
  const file = renderSite(siteSources()).files.find(({ path }) => path === INDEX_PATH);
  return JSON.parse(file?.content ?? "") as ServiceIndex;
}
const index = siteIndex();
const service = index.services.find(({ name }) => name === "vllm-qwen") as IndexedService;
const WANTED: Wanted = {
  ways: ["proxy", "direct"],
  atOnce: [1, 3],
  requests: (atOnce) => 4 * atOnce,
  seconds: 60,
  tokens: 16,
};

/** Answers after a turn of the loop, and counts how many are under way. */
function fakeStreams(
  answer: (number: number) => StreamedAnswer | undefined | Error = () => ({ status: 200, body: "", milliseconds: 30 }),
) {
  const asked: HttpQuestion[] = [];
  let under = 0;
  let most = 0;
  const streams: HttpStreams = {
    stream: async (question, onEvent) => {
      asked.push(question);
      under += 1;
      most = Math.max(most, under);
      const number = asked.length;
      await new Promise(setImmediate);
      const end = answer(number);
      under -= 1;
      if (end instanceof Error) throw end;
      if (end?.status === 200) onEvent(text("a"), 10);
      return end;
    },
    close: () => undefined,
  };
  return { streams, asked, most: () => most };
}

async function run(fake: ReturnType<typeof fakeStreams>, wanted: Partial<Wanted> = {}, uid = service.uid) {
  const system = memorySystem({ files: { "/var/lib/install-quadlets/ca/ca.crt": "PEM" } });
  system.files.put("/proc/4242/net/tcp", `  0: 0100007F:1F40 00000000:0000 0A 0:0 0:0 0  ${uid} 0 1\n`);
  system.runner.on("secret inspect", { stdout: '[{"SecretData":"sk-1"}]' });
  return bench(system, fake.streams, index, service, { ...WANTED, ...wanted }, () => undefined);
}

describe("a bench", () => {
  test("asks one more than it counts on each way, so many at once and no more, and no question twice", async () => {
    const fake = fakeStreams();
    const measured = await run(fake);
    expect(
      measured.map(({ way, where, levels }) => [way, where, levels.map(({ atOnce, answers }) => [atOnce, answers])]),
    ).toEqual([
      [
        "proxy",
        "https://vllm.liminati.internal",
        [
          [1, 4],
          [3, 12],
        ],
      ],
      [
        "direct",
        "http://127.0.0.1:8000",
        [
          [1, 4],
          [3, 12],
        ],
      ],
    ]);
    expect(fake.asked).toHaveLength(2 * 17);
    expect(fake.most()).toBe(3);
    const [proxy, direct] = [fake.asked[0], fake.asked[17]];
    expect(proxy?.by).toEqual({ name: "vllm.liminati.internal", address: "100.64.0.1", trust: "PEM" });
    expect([proxy?.port, direct?.port, direct?.by]).toEqual([443, 8000, undefined]);
    expect(direct?.bearer?.reveal()).toBe("sk-1");
    const bodies = fake.asked.slice(0, 17).map(({ body }) => JSON.parse(body?.reveal() ?? "{}"));
    expect(bodies[0]).toMatchObject({
      model: "qwen",
      stream: true,
      max_tokens: 16,
      stream_options: { include_usage: true },
    });
    expect(new Set(bodies.map(({ messages }) => messages[0].content)).size).toBe(17);
  });

  test("goes on where some fail, and says why by reason", async () => {
    const failing = fakeStreams((number) =>
      number === 1
        ? { status: 200, body: "", milliseconds: 1 }
        : number % 2 === 0
          ? { status: 429, body: '{"error":{"message":"slow down"}}', milliseconds: 1 }
          : new UserError("it broke off"),
    );
    const [measured] = await run(failing, { ways: ["direct"], atOnce: [4] });
    expect(measured?.levels[0]).toMatchObject({
      answers: 0,
      errors: { "it answers 429: slow down": 8, "it broke off": 8 },
      tokensPerSecond: 0,
    });
    expect(benchText(measured === undefined ? [] : [measured])).toContain(
      "directly, 4 at once: 8 x it answers 429: slow down",
    );
  });

  test("ends before it begins where the first one gets no answer", async () => {
    const fake = fakeStreams(() => undefined);
    await expect(run(fake)).rejects.toThrow("qwen at https://vllm.liminati.internal: nobody answers");
    expect(fake.asked).toHaveLength(1);
  });

  test("shows nobody else the key who has its port", async () => {
    const fake = fakeStreams();
    await expect(run(fake, {}, service.uid + 1)).rejects.toThrow("vllm-qwen does not answer at port 8000");
    expect(fake.asked).toEqual([]);
  });

  test("begins none when its time is over", async () => {
    const system = memorySystem();
    system.files.put("/proc/4242/net/tcp", `  0: 0100007F:1F40 00000000:0000 0A 0:0 0:0 0  ${service.uid} 0 1\n`);
    system.runner.on("secret inspect", { stdout: '[{"SecretData":"sk-1"}]' });
    const fake = fakeStreams(() => {
      void system.clock.sleep(1_000);
      return { status: 200, body: "", milliseconds: 1_000 };
    });
    const wanted: Wanted = { ...WANTED, ways: ["direct"], atOnce: [1], requests: () => 100, seconds: 5 };
    const [measured] = await bench(system, fake.streams, index, service, wanted, () => undefined);
    expect(measured?.levels[0]).toMatchObject({ answers: 5, seconds: 5, tokensPerSecond: 1 });
  });
});

test("the table lines up, with what is not known as a dash", () => {
  const level = levelOf(1, [{ error: undefined, firstToken: 50.25, gaps: [10, 12_345], tokens: 640 }], 4_000);
  expect(benchText([{ way: "proxy", where: "", levels: [level, levelOf(8, [], 1_000)] }])).toMatchInlineSnapshot(`
    "                   AT ONCE  ANSWERS  ERRORS  FIRST TOKEN  (90 %)   BETWEEN TOKENS  (90 %)  TOKENS/S
    through the proxy  1        1        0       50.3 ms      50.3 ms  10.0 ms         12.3 s  160
    through the proxy  8        0        0       -            -        -               -       0.0"
  `);
});

test("words of flags", () => {
  const given = { concurrency: "1, 8,32", seconds: "60", tokens: "128" };
  const wanted = wantedIn(given);
  expect([wanted.atOnce, wanted.ways, wanted.atOnce.map(wanted.requests)]).toEqual([
    [1, 8, 32],
    ["proxy", "direct"],
    [8, 24, 96],
  ]);
  expect(wantedIn({ ...given, requests: "5", way: "direct" })).toMatchObject({ ways: ["direct"] });
  for (const wrong of [
    { concurrency: "0" },
    { concurrency: "1,x" },
    { concurrency: "257" },
    { tokens: "9999" },
    { seconds: "1h" },
    { requests: "" },
  ]) {
    expect(() => wantedIn({ ...given, ...wrong })).toThrow(
      /^--(concurrency|tokens|seconds|requests): wanted a whole number/,
    );
  }
});
