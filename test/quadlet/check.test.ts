/** One set of unit files in, findings out. */
import { expect, test } from "vitest";
import { formatDiagnostic } from "../../src/model/diagnostic.ts";
import { findUnitFaults } from "../../src/quadlet/check.ts";
import { loadCases } from "./cases.ts";

interface Case {
  readonly name: string;
  readonly podman: string;
  readonly files: Readonly<Record<string, string>>;
  readonly findings: readonly string[];
}

test.each(loadCases<Case>("check.yaml"))("%s", (_, { podman, files, findings }) => {
  const sources = Object.entries(files).map(([name, text]) => ({ name, text }));
  expect(findUnitFaults(sources, podman).map(formatDiagnostic)).toEqual(findings);
});
