/** Runs test/cases/doctor/redact.yaml: what is handed to others holds no secret, and still says something. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { redact } from "../../src/diagnosis/redact.ts";
import { cpuTime } from "../support/cpu-time.ts";

interface Case {
  readonly name: string;
  readonly known?: readonly string[];
  readonly text: string;
  readonly secret?: string;
  readonly stays?: string;
}

const cases = parse(readFileSync("test/cases/doctor/redact.yaml", "utf8")) as readonly Case[];

describe("one at a time", () => {
  test.each(cases.map((one) => [one.name, one] as const))("%s", (_, { text, known = [], secret, stays }) => {
    const left = redact(text, known);
    if (secret !== undefined) {
      expect(text).toContain(secret);
      expect(left).not.toContain(secret);
      expect(left).toContain("[redacted]");
    }
    if (stays !== undefined) expect(left).toContain(stays);
  });
});

test("all together, in one text: no case hides another's secret", () => {
  const known = cases.flatMap((one) => one.known ?? []);
  const text = cases
    .filter(({ name }) => !name.includes("cut off"))
    .map((one) => `${one.text}\nend of ${one.name}`)
    .join("\n\n");
  const left = redact(text, known);
  // Short ones stand in the words of other cases, too.
  const words = cases.map((one) => `${one.name} ${one.stays ?? ""}`).join("\n");
  const own = cases.flatMap(({ secret }) => (secret === undefined || words.includes(secret) ? [] : [secret]));
  expect(own.length).toBeGreaterThan(30);
  expect(own.filter((secret) => left.includes(secret))).toEqual([]);
});

test("twice is the same as once", () => {
  for (const { text, known = [] } of cases) expect(redact(redact(text, known), known)).toBe(redact(text, known));
});

test.each([
  ["dashes", "-".repeat(300_000)],
  ["dots", "a.".repeat(150_000)],
  ["names", "passwordpassword_".repeat(20_000)],
  ["quotes", `"${"token=\\".repeat(40_000)}`],
  ["braces", "{token: {".repeat(30_000)],
  ["addresses", "a://".repeat(80_000)],
  ["letters", "aA1".repeat(100_000)],
  ["keys without an end", "-----BEGIN PRIVATE KEY-----\n".repeat(10_000)],
  ["lines", "password: x\n".repeat(20_000)],
])("a hostile log takes no longer: %s", async (_, text) => {
  expect(await cpuTime(() => redact(text, ["some-known-value"], 256 * 1024))).toBeLessThan(3);
});

test("of a text that is too long its end is kept, and no half of a line", () => {
  const left = redact(`${"x".repeat(50)}\nsecond line\nlast line`, [], 20);
  expect(left).toBe("[52 characters left out]\nlast line");
});
