/** An upgrade of every kind ends before one of its changes, by SIGKILL or by a failure: for one change after another. */
import { readFileSync } from "node:fs";
import { beforeAll, expect, test } from "vitest";
import { listUnits, lostData, plantData } from "../lab/services.ts";
import { startFrom } from "../lab/start.ts";
import { host, lab } from "../lab/support.ts";

const SCRIPT = readFileSync(new URL("steps.sh", import.meta.url), "utf8");
const LABEL = "steps";
/** All changes take forty minutes: LAB_STRIDE=11 tries every eleventh. */
const STRIDE = process.env["LAB_STRIDE"] ?? "1";

async function endEarly(mode: "kill" | "fail"): Promise<readonly string[]> {
  const answer = await lab(["exec", "--", "bash", "-s", "--", mode, "1", STRIDE], { input: SCRIPT });
  expect(answer.code, answer.err).toBe(0);
  return answer.out.split("\n");
}

/** A run has so many changes at least; fewer would mean that it ended for another reason. */
function expectAllWell(lines: readonly string[]): void {
  expect(lines.filter((line) => !/^\d+ (ok|through)$/.test(line))).toEqual([]);
  expect(lines.at(-1)).toMatch(/^\d+ through$/);
  expect(Number.parseInt(lines.at(-1) ?? "", 10)).toBeGreaterThan(80);
}

startFrom("installed");

beforeAll(async () => {
  await plantData(LABEL);
});

test("a change that fails: what was done before it is taken back, and everything serves", async () => {
  expectAllWell(await endEarly("fail"));
});

test("killed before a change: the next run converges, and leaves nothing of what it replaces", async () => {
  expectAllWell(await endEarly("kill"));
});

test("no run is left open, no data is lost, everything is up", async () => {
  const { runs } = JSON.parse(await host("install-quadlets", "history", "--json")) as {
    runs: readonly { readonly result: string }[];
  };
  const results = new Set(runs.map((run) => run.result));
  expect(results).not.toContain("open");
  expect(await lostData(LABEL)).toEqual([]);
  expect((await listUnits()).filter((unit) => !unit.up)).toEqual([]);
});
