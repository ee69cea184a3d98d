/** Which units a step leaves outdated: a run that is killed after it finds them so, and restarts them. */
import { expect, test } from "vitest";
import { change, planOf, settledWorld } from "./support.ts";

const cases: readonly (readonly [string, readonly unknown[], string, readonly string[]])[] = [
  [
    "subordinate ids: podman ends what ran with others",
    ["host", "subuids", "db-user", null],
    "subids",
    ["db-user/db-pod.service restart", "db-user/db-sql.service restart", "db-user/db-api.service restart"],
  ],
  [
    "an image",
    ["state", "images", "db-user", "docker.io/lab/db:1", null],
    "image",
    ["db-user/db-sql.service restart", "db-user/db-api.service restart"],
  ],
  ["a secret", ["state", "secrets", "db-user", "db-url", null], "secret", ["db-user/db-api.service restart"]],
];

test.each(cases)("%s", (_, words, kind, outdated) => {
  const world = settledWorld();
  change(world, words);
  const steps = planOf(world).stages.flatMap(({ lanes }) => lanes.flat());
  const [step] = steps.filter((one) => one.change.kind === kind);
  expect(step?.outdates.map(({ key, by }) => `${key} ${by}`)).toEqual(outdated);
});
