/** Files of the catalogue are read when the stack uses them; the site's own always, so that their faults are told. */
import { afterEach, expect, test } from "vitest";
import { preparsed } from "../../src/config/preparsed.ts";
import { collectFindings } from "../../src/config/report.ts";
import { openServiceFiles } from "../../src/config/service-files.ts";
import type { Diagnostic } from "../../src/model/diagnostic.ts";

const builtIn = preparsed as Map<string, string>;
afterEach(() => builtIn.clear());

const FAULTY = "description: 1\n";

function open(...files: readonly (readonly [string, string])[]) {
  const findings: Diagnostic[] = [];
  const sources = files.map(([file, text]) => ({ file, text }));
  return { findings, files: openServiceFiles(sources, collectFindings(findings)) };
}

test("a built-in one that nobody asks for is not read", () => {
  builtIn.set(FAULTY, "this is no JSON: whoever reads it fails");
  const { files, findings } = open(["/built-in/echo.yaml", FAULTY]);
  expect(files.names).toEqual(["echo"]);
  expect(findings).toEqual([]);
  expect(() => files.get("echo")).toThrow(/JSON/);
});

test("faults of the site's own are told at once, and once", () => {
  const { files, findings } = open(["/etc/echo.yaml", FAULTY]);
  const told = findings.length;
  expect(findings).toContainEqual(expect.objectContaining({ file: "/etc/echo.yaml", line: 1, path: "description" }));
  expect(files.get("echo")?.written).toBeUndefined();
  expect(findings).toHaveLength(told);
});

test("one of the site's replaces a built-in one of that name", () => {
  builtIn.set("built-in", "never read");
  const { files } = open(["/built-in/echo.yaml", "built-in"], ["/etc/echo.yml", FAULTY]);
  expect(files.get("echo")?.node?.place.file).toBe("/etc/echo.yml");
  expect(files.get("other")).toBeUndefined();
});
