/** Several models, the same questions: who is asked what, in which order, and what counts. */
import { expect, test } from "vitest";
import { type Comparison, compare } from "../../src/apps/compare.ts";
import { type Asked, sampleOf } from "../../src/apps/gateway-samples.ts";
import type { TimedSample } from "../../src/apps/stream-sample.ts";
import { compareText, comparisonIn } from "../../src/cli/gateway-compare.ts";
import type { HttpQuestion } from "../../src/model/http.ts";
import { Secret } from "../../src/model/secret.ts";
import type { HttpStreams } from "../../src/system/interfaces.ts";
import { memorySystem } from "../support/memory-system.ts";

const GOOD: TimedSample = { error: undefined, firstToken: 50, gaps: [10, 20], tokens: 30, milliseconds: 1_000 };
const BAD: TimedSample = {
  error: "it answers 429: slow down",
  firstToken: undefined,
  gaps: [],
  tokens: 0,
  milliseconds: 0,
};
const WANTED: Comparison = { models: ["a", "b", "c"], prompts: ["one", "two"], runs: 4, tokens: 16, mark: 70 };

async function run(answer: (asked: Asked) => TimedSample, wanted: Partial<Comparison> = {}) {
  const asked: Asked[] = [];
  const told: string[] = [];
  const compared = await compare(
    { ...WANTED, ...wanted },
    async (question) => {
      asked.push(question);
      return answer(question);
    },
    (model, done, of) => told.push(`${model} ${done}/${of}`),
  );
  return { compared, asked, told };
}

test("each gets the same questions, one at a time, another one first each time", async () => {
  const { asked, told } = await run(() => GOOD);
  const of = (name: string) => asked.filter(({ model }) => model === name).map(({ content }) => content);
  expect(of("a")).toEqual(["70. one", "71. two", "72. one", "73. two", "74. one"]);
  expect([of("b"), of("c")]).toEqual([of("a"), of("a")]);
  expect(asked.map(({ model }) => model).join("")).toBe("abcbcacababcbca");
  expect(told.slice(0, 4)).toEqual(["a 0/4", "b 0/4", "c 0/4", "b 1/4"]);
});

test("the first of each does not count; what failed does, and in no other number", async () => {
  const slow = { ...GOOD, firstToken: 60_000 };
  const { compared } = await run(({ model, content }) => {
    if (content.startsWith("70.")) return model === "c" ? BAD : slow;
    return model === "b" && content.startsWith("72.") ? BAD : GOOD;
  });
  expect(compared.map(({ model, answers, errors }) => [model, answers, errors])).toEqual([
    ["a", 4, {}],
    ["b", 3, { "it answers 429: slow down": 1 }],
    ["c", 4, {}],
  ]);
  expect(compared[0]).toMatchObject({ firstToken: { median: 50, p90: 50 }, tokens: 120, tokensPerSecond: 30 });
  expect(compared[1]?.tokensPerSecond).toBe(30);
  expect(compareText(compared)).toMatchInlineSnapshot(`
    "MODEL  ANSWERS  ERRORS  FIRST TOKEN  (90 %)   BETWEEN TOKENS  (90 %)   TOKENS/S
    a      4        0       50.0 ms      50.0 ms  10.0 ms         20.0 ms  30
    b      3        1       50.0 ms      50.0 ms  10.0 ms         20.0 ms  30
    c      4        0       50.0 ms      50.0 ms  10.0 ms         20.0 ms  30
    b: 1 x it answers 429: slow down"
  `);
});

test("a model is asked at the gateway's own port, and no other one may step in", async () => {
  const questions: HttpQuestion[] = [];
  const streams: HttpStreams = {
    stream: async (question, onEvent) => {
      questions.push(question);
      onEvent('{"choices":[{"delta":{"content":"a"}}]}', 7);
      return { status: 200, body: "", milliseconds: 9 };
    },
    close: () => undefined,
  };
  const gateway = { http: memorySystem().http, port: 4000, master: new Secret("sk-1") };
  const sample = await sampleOf(gateway, streams, { model: "qwen", content: "hi", tokens: 16 });
  expect(sample).toEqual({ error: undefined, firstToken: 7, gaps: [], tokens: 1, milliseconds: 9 });
  const [question] = questions;
  expect([question?.port, question?.by, question?.bearer?.reveal()]).toEqual([4000, undefined, "sk-1"]);
  expect(JSON.parse(question?.body?.reveal() ?? "")).toMatchObject({
    model: "qwen",
    messages: [{ role: "user", content: "hi" }],
    max_tokens: 16,
    stream: true,
    disable_fallbacks: true,
  });
});

test("words of flags", () => {
  const given = { runs: "6", tokens: "256" };
  expect(comparisonIn(["a", "b"], given)).toMatchObject({ models: ["a", "b"], runs: 6, tokens: 256 });
  expect(comparisonIn(["a", "b"], { ...given, prompt: "why?" }).prompts).toEqual(["why?"]);
  expect(() => comparisonIn(["a"], given)).toThrow("it takes two models");
  expect(() => comparisonIn(["a", "b", "a"], given)).toThrow("a is there twice");
  expect(() => comparisonIn([..."abcdefghi"], given)).toThrow("at most 8 models, found 9");
  expect(() => comparisonIn(["a", "b"], { ...given, runs: "0" })).toThrow(
    "--runs: wanted a whole number from 1 to 100",
  );
  expect(() => comparisonIn(["a", "b"], { ...given, tokens: "x" })).toThrow("--tokens: wanted");
});
