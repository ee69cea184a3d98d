/** The page about the rules is that of the rules. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { rulesDocument } from "../../src/rules/document.ts";

test("docs/rules.md is fresh (npm run rules)", () => {
  expect(readFileSync(new URL("../../docs/rules.md", import.meta.url), "utf8")).toBe(rulesDocument());
});
