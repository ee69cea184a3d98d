/** What verify says of a unit that failed: systemd's word, and why. */
import { expect, test } from "vitest";
import { onHost } from "../../src/model/drift.ts";
import { whyFailed, withReasons } from "../../src/runs/why-failed.ts";
import { change, planOf, settledWorld } from "../plan/support.ts";
import { memorySystem } from "../support/memory-system.ts";

test("only what failed, and only where somebody knows why", () => {
  const drifts = [
    onHost("failed", "a", "failed (exit-code)"),
    onHost("stopped", "b", "not running"),
    onHost("failed", "c", "x"),
  ];
  const whys = new Map([
    ["a", "the file system of /var/lib/a is full"],
    ["b", "somebody stopped it"],
  ]);
  expect(withReasons(drifts, whys).map(({ detail }) => detail)).toEqual([
    "failed (exit-code): the file system of /var/lib/a is full",
    "not running",
    "x",
  ]);
});

test("where none has failed nobody is asked", async () => {
  const world = settledWorld();
  change(world, ["state", "units", "web-user", "web.service", "active", "inactive"]);
  const system = memorySystem();
  expect(await whyFailed(system, planOf(world), world.desired)).toEqual(new Map());
  expect(system.runner.printed).toEqual([]);
});
