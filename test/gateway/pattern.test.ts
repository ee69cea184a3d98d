/** What fits a pattern and how two of them lie to each other, tried against a much simpler way to say it. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { covers, overlap } from "../../src/gateway/pattern.ts";
import { fuzz } from "../support/fuzz.ts";

test.each([
  ["qwen*", "qwen-32b", true],
  ["qwen*", "qwen", true],
  ["qwen*", "my-qwen", false],
  ["*", "", true],
  ["a*b*c", "aXbYbZc", true],
  ["a*b*c", "acb", false],
  ["gpt-4.1", "gpt-401", false],
  ["q*", "qw*n", true],
  ["qw*n", "q*", false],
  ["*a*", "*ba", true],
])("%s covers %s: %s", (outer, inner, expected) => {
  expect(covers(outer, inner)).toBe(expected);
});

test.each([
  ["a*", "*b", true],
  ["a*", "b*", false],
  ["ab*", "a*c", true],
  ["ab", "a*", true],
  ["*x", "*y", false],
  ["*", "", true],
])("%s and %s have a name in common: %s", (first, second, expected) => {
  expect(overlap(first, second)).toBe(expected);
  expect(overlap(second, first)).toBe(expected);
});

const pattern = fc.array(fc.constantFrom("a", "b", "*"), { maxLength: 6 }).map((letters) => letters.join(""));
/** All names of up to seven letters of two: enough to tell patterns of six apart. */
const names = Array.from({ length: 8 }, (_, length) =>
  Array.from({ length: 2 ** length }, (_, bits) => bits.toString(2).padStart(length, "0").slice(0, length)),
)
  .flat()
  .map((bits) => bits.replaceAll("0", "a").replaceAll("1", "b"));
const fitting = (text: string) => {
  const regexp = new RegExp(`^${text.replaceAll("*", ".*")}$`);
  return names.filter((name) => regexp.test(name));
};

test("as a regular expression tells it, name by name", () => {
  fc.assert(
    fc.property(pattern, pattern, (first, second) => {
      const [one, two] = [fitting(first), fitting(second)];
      for (const name of names.slice(0, 63)) expect(covers(first, name)).toBe(one.includes(name));
      // Two letters cannot tell every pair apart that a third one would.
      if (covers(first, second)) expect(one).toEqual(expect.arrayContaining(two));
      // Short names that fit both prove it; where none is found, a pattern must be long.
      if (one.some((name) => two.includes(name))) expect(overlap(first, second)).toBe(true);
      else if (first.length + second.length <= 7) expect(overlap(first, second)).toBe(false);
    }),
    fuzz(),
  );
});

test("long patterns of nothing but stars and letters end soon", () => {
  expect(overlap("*a".repeat(60), `${"*a".repeat(60)}b`)).toBe(false);
  expect(covers("*a".repeat(60), "a".repeat(2000))).toBe(true);
});
