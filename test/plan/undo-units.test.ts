/** A run that is taken back leaves units as it found them: up, on their way, or down. */
import { expect, test } from "vitest";
import { change, planOf, settledWorld } from "./support.ts";

test.each([
  ["active", "restart"],
  ["activating", "restart, and nobody waits"],
  ["reloading", "restart"],
  ["failed", "stop"],
  ["inactive", "stop"],
])("one that is %s when its image is pulled anew", (active, undo) => {
  const world = settledWorld();
  change(world, ["state", "images", "web-user", "docker.io/lab/web:1", null]);
  change(world, ["state", "units", "web-user", "web.service", "active", active]);
  const steps = planOf(world).stages.flatMap(({ lanes }) => lanes.flat());
  const [back, ...more] = steps.filter((step) => step.change.kind === "unit").flatMap((step) => step.undo);
  expect(more).toEqual([]);
  const said = back?.kind === "unit" ? `${back.verb}${back.unwatched ? ", and nobody waits" : ""}` : back?.kind;
  expect(said).toBe(undo);
});
