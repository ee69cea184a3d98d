/** Each rule: files in which it finds something, and files in which it must not. */
import { describe, expect, test } from "vitest";
import { rules } from "../../src/rules/all.ts";
import { find, loadCases, said, type Texts } from "./cases.ts";

interface Case {
  readonly rule: string;
  readonly podman?: string;
  readonly rootful?: boolean;
  readonly bad: Texts;
  readonly good: Texts;
  /** Part of what is said about the bad files. */
  readonly says?: string;
}

const cases = loadCases<Case>("rules.yaml");

describe.each(cases.map((one, index) => [`${one.rule} (${index + 1})`, one] as const))("%s", (_, one) => {
  const { podman = "5.4.2", rootful = false } = one;

  test("finds it, and says so", () => {
    const findings = find(one.bad, { podman, rootful }).filter((finding) => finding.rule === one.rule);
    expect(findings).not.toEqual([]);
    expect(said(findings)).toContain(one.says ?? "");
  });

  test("says nothing about the good ones, and nobody calls them wrong", () => {
    const findings = find(one.good, { podman, rootful });
    const wrong = findings.filter((finding) => finding.rule === one.rule || finding.level === "error");
    expect(said(wrong)).toBe("");
  });
});

test("every rule has a case, and one name", () => {
  const ids = rules.map((rule) => rule.id);
  const tried = new Set(cases.map((one) => one.rule));
  expect(ids.filter((id) => !tried.has(id))).toEqual([]);
  expect(new Set(ids).size).toBe(ids.length);
});
