import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { checksDocument } from "../../src/diagnosis/document.ts";

test("docs/doctor.md is fresh (npm run rules)", () => {
  expect(readFileSync(new URL("../../docs/doctor.md", import.meta.url), "utf8")).toBe(checksDocument());
});
