/** The gate's arithmetic: reports of a first and a second look in, counts and words out. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";

const SCRIPT = fileURLToPath(new URL("../../scripts/results.mjs", import.meta.url));
let directory: string;

type Status = "passed" | "failed" | "skipped";

const file = (name: string, tests: Readonly<Record<string, Status>>, message = "") => ({
  name: join(process.cwd(), name),
  status: message !== "" || Object.values(tests).includes("failed") ? "failed" : "passed",
  message,
  assertionResults: Object.entries(tests).map(([fullName, status]) => ({
    fullName,
    status,
    failureMessages: status === "failed" ? [`${fullName} broke\n    at somewhere`] : [],
  })),
});

async function ask(command: string, ...reports: readonly (readonly object[])[]): Promise<readonly string[]> {
  const paths = reports.map((testResults, index) => {
    const path = join(directory, `${index}.json`);
    writeFileSync(path, JSON.stringify({ testResults }));
    return path;
  });
  return (await execa("node", [SCRIPT, command, ...paths])).stdout.split("\n").filter((line) => line !== "");
}

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "results-"));
});
afterAll(() => rmSync(directory, { recursive: true }));

const good = file("a.test.ts", { one: "passed", two: "passed" });
const bad = file("b.test.ts", { three: "passed", four: "failed" });
/** A hook that failed: its tests never ran. */
const hooked = file("c.test.ts", { five: "skipped", six: "skipped" }, "the lab does not boot");
/** It could not even be read. */
const broken = file("d.test.ts", {}, "Cannot find module");

test("each file that did not wholly pass is to be run again", async () => {
  expect(await ask("failed", [good, bad, hooked, broken])).toEqual(["b.test.ts", "c.test.ts", "d.test.ts"]);
  expect(await ask("failed", [good])).toEqual([]);
});

test("what was skipped and what could not be read counts as failed", async () => {
  expect(await ask("count", [good, bad, hooked, broken])).toEqual(["3 4"]);
});

test("the second look is the one that counts", async () => {
  const mended = file("b.test.ts", { three: "passed", four: "passed" });
  expect(await ask("count", [good, bad], [mended])).toEqual(["4 0"]);
  expect(await ask("count", [good, bad], [bad])).toEqual(["3 1"]);
});

test("what passed only then is named with its first failure; what failed again is not unsteady", async () => {
  const mended = file("b.test.ts", { three: "passed", four: "passed" });
  const booted = file("c.test.ts", { five: "passed", six: "passed" });
  expect(await ask("unsteady", [good, bad, hooked], [mended, booted])).toEqual([
    "unsteady: b.test.ts, four: first failure: four broke",
    "unsteady: c.test.ts, five: first failure: the lab does not boot",
  ]);
  expect(await ask("unsteady", [bad], [bad])).toEqual([]);
});

test("a run without tests is no run", async () => {
  await expect(ask("count", [])).rejects.toThrow("has no tests");
});
