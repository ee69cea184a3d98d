/** Many requests at once, for so long: how many there are, and what they come to. */
import { expect, test } from "vitest";
import { type LoadLevel, loadLevel } from "../../src/apps/load.ts";
import type { TimedSample } from "../../src/apps/stream-sample.ts";
import { loadIn, loadText } from "../../src/cli/gateway-load.ts";
import { memorySystem } from "../support/memory-system.ts";

const GOOD: TimedSample = { error: undefined, firstToken: 100, gaps: [10, 20], tokens: 30, milliseconds: 1_000 };
const bad = (error: string): TimedSample => ({ error, firstToken: undefined, gaps: [], tokens: 0, milliseconds: 0 });

/** Each answer takes a second of the clock; how many are under way is counted. */
async function run(atOnce: number, seconds: number, answer: (number: number) => TimedSample = () => GOOD) {
  const { clock } = memorySystem();
  let [asked, under, most, told] = [0, 0, 0, 0];
  const ask = async () => {
    const number = asked++;
    under += 1;
    most = Math.max(most, under);
    await new Promise(setImmediate);
    under -= 1;
    await clock.sleep(1_000);
    return answer(number);
  };
  const level = await loadLevel(clock, { atOnce, seconds }, ask, (_, ended) => {
    told = ended;
  });
  return { level, asked, most, told };
}

test("one at once, until its time is over", async () => {
  const { level, asked, told } = await run(1, 5);
  expect([asked, told]).toEqual([5, 5]);
  expect(level).toMatchObject({
    atOnce: 1,
    seconds: 5,
    answers: 5,
    errors: {},
    tokens: 150,
    tokensPerSecond: 30,
    requestsPerSecond: 1,
  });
  expect(level.firstToken?.p50).toBeCloseTo(100, -1);
  expect(level.whole?.p99).toBeCloseTo(1_000, -2);
});

test("so many at once, and no more", async () => {
  expect((await run(7, 30)).most).toBe(7);
});

test("what fails is in no other number, is asked again after a pause, and its reasons do not fill the memory", async () => {
  const { level, asked } = await run(1, 60, (number) => bad(`reason ${number}`));
  // A second for the answer, half a one for the pause.
  expect(asked).toBe(40);
  expect(level).toMatchObject({ answers: 0, tokens: 0, firstToken: undefined, whole: undefined });
  expect(Object.keys(level.errors)).toHaveLength(21);
  expect(level.errors["(other reasons)"]).toBe(20);
});

test("the table lines up", () => {
  const tail = { p50: 50, p95: 120, p99: 10_500 };
  const level: LoadLevel = {
    atOnce: 8,
    seconds: 30,
    answers: 120,
    errors: { "it answers 429: slow down": 3 },
    firstToken: tail,
    betweenTokens: tail,
    whole: tail,
    tokens: 1_200,
    tokensPerSecond: 40,
    requestsPerSecond: 4,
  };
  const none = { ...level, atOnce: 32, errors: {}, firstToken: undefined, betweenTokens: undefined, whole: undefined };
  expect(loadText([level, none])).toMatchInlineSnapshot(`
    "AT ONCE  ANSWERS  ERRORS  REQUESTS/S  TOKENS/S                  P50      P95     P99
    8        120      3       4.0         40        first token     50.0 ms  120 ms  10.5 s
                                                    between tokens  50.0 ms  120 ms  10.5 s
                                                    whole           50.0 ms  120 ms  10.5 s
    32       120      0       4.0         40        first token     -        -       -
                                                    between tokens  -        -       -
                                                    whole           -        -       -
    8 at once: 3 x it answers 429: slow down"
  `);
});

test("words of flags", () => {
  const given = { concurrency: "1, 8,32", seconds: "30", tokens: "128" };
  expect(loadIn(given)).toEqual({ atOnce: [1, 8, 32], seconds: 30, tokens: 128 });
  expect(loadIn({ ...given, concurrency: "256", seconds: "600" }).seconds).toBe(600);
  for (const [wrong, words] of [
    [{ concurrency: "257" }, "--concurrency: wanted a whole number from 1 to 256"],
    [{ concurrency: "1,,2" }, "--concurrency: wanted"],
    [{ seconds: "601" }, "--seconds: wanted a whole number from 1 to 600"],
    [{ seconds: "201" }, "--seconds: 3 times 201 s are 603 s, at most 600"],
    [{ tokens: "0" }, "--tokens: wanted"],
  ] as const)
    expect(() => loadIn({ ...given, ...wrong })).toThrow(words);
});
