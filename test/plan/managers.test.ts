/** A user manager that runs, and that nothing reaches because its /run/user/UID is gone: it starts anew, with that. */
import { expect, test } from "vitest";
import { stepsOf } from "../../src/model/plan.ts";
import { change, planLines, planOf, settledWorld } from "./support.ts";

test("the directory comes back with the manager, and its units with both; nobody else is touched", () => {
  const world = settledWorld();
  const uid = world.desired.accounts.find(({ user }) => user === "web-user")?.uid;
  change(world, ["state", "managers", "web-user", "cutOff", true]);
  // Nobody can be asked.
  change(world, ["state", "units", "web-user", []]);
  const plan = planOf(world);
  const lines = planLines(plan);
  expect(lines).toContain(
    `managers > restart the user manager of web-user (user@${uid}.service): /run/user/${uid} is gone, and nothing reaches it`,
  );
  expect(lines.join("\n")).not.toContain("db");
  expect(lines.at(-1)).toMatch(/^start > (re)?start web: /);
  const manager = stepsOf(plan).find((step) => step.change.kind === "manager");
  expect(manager?.change).toMatchObject({ verb: "restart", runtime: true });
});
