/** A unit that is down: whether what the run does elsewhere hangs on its coming up. */
import { expect, test } from "vitest";
import { stepsOf } from "../../src/model/plan.ts";
import { change, planOf, settledWorld } from "./support.ts";

const DOWN = ["state", "units", "web-user", "web.service", "active"] as const;

function untouchedOf(...changes: readonly (readonly unknown[])[]): readonly string[] {
  const world = settledWorld();
  for (const words of changes) change(world, words);
  return stepsOf(planOf(world)).flatMap((step) =>
    step.change.kind === "unit" ? [`${step.change.plainName}${step.change.untouched ? ": untouched" : ""}`] : [],
  );
}

test.each<[string, readonly (readonly unknown[])[], readonly string[]]>([
  ["failed, and nothing is about it", [[...DOWN, "failed"]], ["web: untouched"]],
  ["stopped, and nothing is about it", [[...DOWN, "inactive"]], ["web: untouched"]],
  [
    "failed, and something of another service changes",
    [
      [...DOWN, "failed"],
      ["state", "paths", "/etc/containers/systemd/users/801/db-sql.container", null],
    ],
    ["web: untouched"],
  ],
  [
    "failed, and one of its files changes",
    [
      [...DOWN, "failed"],
      ["state", "paths", "/var/lib/web/site.conf", null],
    ],
    ["web"],
  ],
  [
    "failed, and its image is pulled",
    [
      [...DOWN, "failed"],
      ["state", "images", "web-user", null],
    ],
    ["web"],
  ],
  [
    "failed, and its directory gets another mode, which alone restarts nobody",
    [
      [...DOWN, "failed"],
      ["state", "paths", "/var/lib/web", "mode", 0o700],
    ],
    ["web"],
  ],
  [
    "failed, and what it last ran with is not what is wanted, though every file is there already",
    [
      [...DOWN, "failed"],
      ["state", "applied", "units", "web-user/web.service", "x"],
    ],
    ["web"],
  ],
  [
    "it runs with something else than the record says",
    [["state", "applied", "units", "web-user/web.service", "x"]],
    ["web"],
  ],
])("%s", (_, changes, units) => {
  expect(untouchedOf(...changes)).toEqual(units);
});
