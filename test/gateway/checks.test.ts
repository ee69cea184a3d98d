/** Runs test/cases/gateway/checks.yaml: each check refuses one site and lets one pass; and together.yaml: many faults, all said. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { CHECKS, READING_CHECKS } from "../../src/gateway/checks/all.ts";
import { faultsOf, type Texts } from "./support.ts";

interface Case {
  readonly check: string;
  readonly bad: Texts;
  readonly errors: string;
  readonly good: Texts;
}

interface Together extends Texts {
  readonly name: string;
  readonly errors: string;
}

const read = (name: string) => parse(readFileSync(new URL(`../cases/gateway/${name}`, import.meta.url), "utf8"));
const cases = read("checks.yaml") as readonly Case[];
const together = read("together.yaml") as readonly Together[];

test("every check has its cases", () => {
  expect([...new Set(cases.map(({ check }) => check))].toSorted()).toEqual(
    [...READING_CHECKS, ...Object.keys(CHECKS)].toSorted(),
  );
});

describe.each(cases)("$check", ({ check, bad, errors, good }) => {
  test("refuses, and says where and all of it", () => {
    expect(faultsOf(bad)).toBe(errors);
    const names = [...errors.matchAll(/\[([a-z-]+)\]$/gm)].map(([, name]) => name);
    expect(new Set(names)).toEqual(new Set([check]));
  });

  test("lets what is right pass", () => {
    expect(faultsOf(good)).toBe("");
  });
});

describe("many faults of several kinds in one file are said at once, each at its place", () => {
  test.each(together)("$name", ({ name: _, errors, ...texts }) => {
    expect(faultsOf(texts)).toBe(errors);
    for (const line of errors.split("\n").filter((one) => one !== "" && !one.startsWith("  hint: ")))
      expect(line).toMatch(/^[a-z/.-]+\.yaml:\d+:\d+ .* \[[a-z-]+\]$/);
  });

  test.each(["providers.yaml", "model-mappings.yaml", "keys.yaml"])("%s has a case with three kinds", (file) => {
    const most = together.map(({ errors }) => {
      const lines = errors.split("\n").filter((line) => line.startsWith(`${file}:`));
      return new Set(lines.map((line) => /\[([a-z-]+)\]$/.exec(line)?.[1])).size;
    });
    expect(Math.max(...most)).toBeGreaterThanOrEqual(3);
  });
});
