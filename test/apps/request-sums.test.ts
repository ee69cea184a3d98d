/** What many requests come to. */
import { describe, expect, test } from "vitest";
import { Histogram } from "../../src/apps/histogram.ts";
import { RequestSums } from "../../src/apps/request-sums.ts";
import { analysisText, hoursIn } from "../../src/cli/gateway-analyze.ts";
import type { LoggedRequest } from "../../src/gateway/litellm-requests.ts";

describe("percentiles, without the values", () => {
  test.each<[string, readonly number[], number, number | undefined]>([
    ["none", [], 0.5, undefined],
    ["one", [70], 0.5, 70],
    ["one, at its end", [70], 0.99, 70],
    ["the middle of a hundred", Array.from({ length: 100 }, (_, index) => 10 * (100 - index)), 0.5, 500],
    ["nearly all of a hundred", Array.from({ length: 100 }, (_, index) => 10 * (100 - index)), 0.95, 950],
    ["a few long ones do not count", [...Array.from({ length: 95 }, () => 1), 1e6, 1e6, 1e6, 1e6, 1e6], 0.95, 1],
    ["but from their share on", [...Array.from({ length: 94 }, () => 1), 1e6, 1e6, 1e6, 1e6, 1e6, 1e6], 0.95, 1e6],
    ["no time at all", [0, 0, 0], 0.5, 0.01],
  ])("%s", (_, values, share, expected) => {
    const histogram = new Histogram();
    for (const value of values) histogram.add(value);
    const found = histogram.at(share);
    if (expected === undefined || found === undefined) expect(found).toBe(expected);
    else expect(Math.abs(found / expected - 1)).toBeLessThanOrEqual(0.011);
  });
});

let next = 0;
function row(fields: Partial<LoggedRequest> & { readonly took?: number }): LoggedRequest {
  const { took = 1_000, ...rest } = fields;
  const began = Date.UTC(2026, 10, 27, 12);
  return {
    id: `${next++}`,
    began,
    ended: began + took,
    firstToken: undefined,
    token: "",
    key: "anna",
    model: "qwen",
    answeredBy: undefined,
    failure: undefined,
    input: 10,
    output: 5,
    dollars: 0.000015,
    ...rest,
  };
}

const keyOf = ({ key }: LoggedRequest) => key ?? "?";

function sum(by: "key" | "model", rows: readonly LoggedRequest[]) {
  const sums = new RequestSums(by, keyOf);
  for (const one of rows) sums.add(one);
  return sums.end();
}

const ROWS = [
  ...Array.from({ length: 1_200 }, () => row({ firstToken: 100 })),
  row({ key: "ben", model: "small", took: 30_000 }),
  row({ key: "ben", model: "small", took: 40 }),
  ...Array.from({ length: 3 }, () =>
    row({ key: "ben", failure: "429", took: 600_000, output: 0, input: 0, dollars: 0 }),
  ),
  row({ key: "ben", model: "no\nsuch", failure: "400", input: 0, output: 0, dollars: 0 }),
];

describe("sums", () => {
  test("by key, the most requests first", () => {
    const { rows, total } = sum("key", ROWS);
    expect(rows.map(({ name, requests, failed, input, output }) => [name, requests, failed, input, output])).toEqual([
      ["anna", 1_200, 0, 12_000, 6_000],
      ["ben", 6, 4, 20, 10],
    ]);
    expect(total).toMatchObject({ name: "all", requests: 1_206, failed: 4, input: 12_020, output: 6_010 });
    expect(total.dollars).toBeCloseTo(0.01803, 9);
    // What failed has no time, and no stream no first token.
    expect(rows[1]?.firstToken).toBeUndefined();
    expect(rows[1]?.whole?.p95).toBeLessThan(31_000);
  });

  test("by model", () => {
    expect(sum("model", ROWS).rows.map(({ name, requests }) => [name, requests])).toEqual([
      ["qwen", 1_203],
      ["small", 2],
      ["no\nsuch", 1],
    ]);
  });

  test("the five slowest answers, and what failed how often", () => {
    const { slowest, failing } = sum("key", ROWS);
    expect(slowest.map(({ began, ended }) => ended - began)).toEqual([30_000, 1_000, 1_000, 1_000, 1_000]);
    expect(failing).toEqual([
      { key: "ben", model: "qwen", failure: "429", count: 3 },
      { key: "ben", model: "no\nsuch", failure: "400", count: 1 },
    ]);
  });

  test("names that somebody makes up do not fill the memory, and are in the sums", () => {
    const { rows, failing, total } = sum(
      "model",
      Array.from({ length: 5_000 }, (_, index) => row({ model: `m${index}`, failure: "400" })),
    );
    expect([rows.length, failing.length, total.requests]).toEqual([1_001, 1_001, 5_000]);
    expect([rows[0]?.name, rows[0]?.requests]).toEqual(["(others)", 4_000]);
    expect(failing[0]).toEqual({ key: "(others)", model: "(others)", failure: "400", count: 4_000 });
  });
});

test("what is shown", () => {
  expect(analysisText("key", sum("key", ROWS), keyOf)).toMatchInlineSnapshot(`
    "KEY   REQUESTS  FAILED      FIRST TOKEN  (95 %)  WHOLE    (95 %)   IN      OUT    COUNTED AS
    anna  1,200     0           101 ms       101 ms  1003 ms  1003 ms  12,000  6,000  $0.0180
    ben   6         4 (66.7 %)  -            -       39.8 ms  30.2 s   20      10     $0.0000
    all   1,206     4 (0.3 %)   101 ms       101 ms  1003 ms  1003 ms  12,020  6,010  $0.0180
    slowest
    TIME (UTC)           KEY   MODEL  STATUS  FIRST TOKEN  TOOK     IN  OUT  COUNTED AS  ANSWERED BY
    2026-11-27 12:00:30  ben   small  ok      -            30.0 s   10  5    $0.0000     -
    2026-11-27 12:00:01  anna  qwen   ok      100 ms       1000 ms  10  5    $0.0000     -
    2026-11-27 12:00:01  anna  qwen   ok      100 ms       1000 ms  10  5    $0.0000     -
    2026-11-27 12:00:01  anna  qwen   ok      100 ms       1000 ms  10  5    $0.0000     -
    2026-11-27 12:00:01  anna  qwen   ok      100 ms       1000 ms  10  5    $0.0000     -
    failing
    REQUESTS  KEY  MODEL    STATUS
    3         ben  qwen     429
    1         ben  no such  400"
  `);
  expect(analysisText("model", sum("model", []), keyOf)).toBe("nothing was asked");
  const many = Array.from({ length: 12 }, (_, index) => row({ failure: `${500 + index}` }));
  expect(analysisText("model", sum("model", many), keyOf)).toMatch(/\nand 2 more kinds; --json has them all$/);
});

test("words of flags", () => {
  expect([hoursIn("1"), hoursIn("168")]).toEqual([1, 168]);
  for (const wrong of ["0", "169", "1.5", "1h", "", "-1"])
    expect(() => hoursIn(wrong)).toThrow("--hours: wanted 1 to 168");
});
