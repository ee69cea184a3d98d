/** Of services that take turns: who is started, who is left asleep, and who is stopped. */
import { expect, test } from "vitest";
import { change, planLines, planOf, settledWorld, type World } from "./support.ts";

/** "web" (of two units) and "db" (of a pod) take turns; web is the default. */
function world(states: { readonly web: string; readonly db: string }, mayRest = false): World {
  const { desired, host, state } = settledWorld();
  const swap = (service: string) => ({ group: "g", isDefault: service === "web", mayRest });
  const units = desired.units.map((unit) => ({ ...unit, swap: swap(unit.service) }));
  const made = structuredClone({ desired: { ...desired, units }, host, state });
  for (const { user, unit, service } of units) {
    change(made, ["state", "units", user, unit, "active", service === "web" ? states.web : states.db]);
  }
  return made;
}

const lines = (given: World) => planLines(planOf(given)).filter((line) => !line.startsWith("units"));

test("who is awake stays so, and the others asleep", () => {
  expect(lines(world({ web: "active", db: "inactive" }))).toEqual([]);
  expect(lines(world({ web: "inactive", db: "active" }))).toEqual([]);
  expect(lines(world({ web: "inactive", db: "activating" })).join()).not.toContain("start web");
});

test("where nobody is, the default starts, and only that", () => {
  const started = lines(world({ web: "inactive", db: "inactive" }));
  expect(started.length).toBeGreaterThan(0);
  expect(started.filter((line) => !/^start > start web/.test(line))).toEqual([]);
  expect(lines(world({ web: "failed", db: "inactive" })).join()).toContain("start web");
});

test("a default that may sleep is left asleep, but not where it failed or is new", () => {
  expect(lines(world({ web: "inactive", db: "inactive" }, true))).toEqual([]);
  expect(lines(world({ web: "failed", db: "inactive" }, true)).join()).toContain("start web");
  const fresh = world({ web: "inactive", db: "inactive" }, true);
  change(fresh, ["state", "units", "web-user", "web.service", "load", "not-found"]);
  expect(lines(fresh).join()).toContain("start web");
});

test("where both are awake, all but the default stop, before anything else", () => {
  const [first, ...others] = lines(world({ web: "active", db: "active" }));
  expect(first).toMatch(/^prune-stop > stop db/);
  expect(others.every((line) => line.startsWith("prune-stop > stop db"))).toBe(true);
});

test("what changes for one that sleeps is recorded, and starts nothing", () => {
  const given = world({ web: "active", db: "inactive" });
  const unit = given.desired.units.find(({ service, kind }) => service === "db" && kind === "container");
  change(given, ["desired", "units", unit?.unit, "fingerprint", "other"]);
  expect(lines(given)).toEqual([`start > ${unit?.plainName} stays asleep: web is the one of g that is awake`]);
});

test("an image that is pulled for one that sleeps takes it out of the record, and it comes back there", () => {
  const given = world({ web: "active", db: "inactive" });
  change(given, ["state", "images", "db-user", null]);
  const all = planLines(planOf(given));
  expect(all.some((line) => line.startsWith("images +"))).toBe(true);
  expect(all.filter((line) => line.startsWith("start")).every((line) => line.includes("stays asleep"))).toBe(true);
  expect(all.at(-1)).toContain("stays asleep");
});

test("what changes for one that is awake restarts it, though it is not the default", () => {
  const given = world({ web: "inactive", db: "active" });
  const unit = given.desired.units.find(({ service, kind }) => service === "db" && kind === "container");
  change(given, ["desired", "units", unit?.unit, "fingerprint", "other"]);
  expect(lines(given)).toEqual([`start > restart ${unit?.plainName}: its configuration changed`]);
});

test("units with a turn start in waves, and what reloads comes last", () => {
  const { desired, host, state } = settledWorld();
  const units = desired.units.map((unit) => (unit.service === "web" ? { ...unit, turn: 1 } : unit));
  const stages = planOf({ desired: { ...desired, units }, host, state: { ...state, units: new Map() } }).stages;
  const starts = stages.filter(({ phase }) => phase === "start");
  expect(starts.map(({ lanes }) => lanes.map((lane) => lane.map(({ service }) => service)))).toEqual([
    [["db", "db", "db"]],
    [["web", "web"]],
  ]);
});
