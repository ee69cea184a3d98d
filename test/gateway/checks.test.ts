/** Runs test/cases/gateway/checks.yaml: each check refuses one site at least, with its words and places, and lets one pass. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { CHECKS } from "../../src/gateway/checks/all.ts";
import { faultsOf, type Texts } from "./support.ts";

interface Case {
  readonly check: string;
  readonly bad: Texts;
  readonly errors: string;
  readonly good: Texts;
}

const file = new URL("../cases/gateway/checks.yaml", import.meta.url);
const cases = parse(readFileSync(file, "utf8")) as readonly Case[];

test("every check has its cases", () => {
  expect([...new Set(cases.map(({ check }) => check))].toSorted()).toEqual(
    ["yaml-syntax", "schema", ...Object.keys(CHECKS)].toSorted(),
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
