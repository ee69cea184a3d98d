/** What may go on side by side, and what waits for what: the stages of a plan with their lanes. */
import { expect, test } from "vitest";
import { recordedWorld, uninstallPlan, withoutDb } from "../prune/support.ts";
import { planOf, settledWorld } from "./support.ts";

/** "start: web | db-pod, db-sql" */
function lanesOf({ stages }: ReturnType<typeof planOf>): readonly string[] {
  return stages.map(({ phase, lanes }) => {
    const texts = lanes.map((lane) => lane.map(({ change }) => `${change.kind}${ofWhom(change)}`).join(", "));
    return `${phase}: ${texts.join(" | ")}`;
  });
}

function ofWhom(change: object): string {
  const user = (change as { readonly account?: { readonly user: string } }).account?.user ?? "";
  return user === "" ? "" : ` ${user.replace("-user", "")}`;
}

test("a service that leaves: stopped first, its units gone before its stores, its manager after them", () => {
  const world = recordedWorld();
  expect(lanesOf(planOf({ ...world, desired: withoutDb(world.desired) }))).toEqual([
    "prune-stop: stop db, stop db, stop db",
    "prune: remove-file, remove-file, remove-file, remove-file",
    "prune: remove-secret db, remove-secret db",
    "prune: unlinger",
    "prune: stop-manager db",
    "prune: reload-system",
  ]);
});

test("users do not wait for one another, but within a store and for their managers", () => {
  const { desired, host, state } = settledWorld();
  const nothing = { secrets: new Map(), images: new Map(), units: new Map(), managers: new Map() };
  const lanes = lanesOf(planOf({ desired, host, state: { ...state, ...nothing } }));
  expect(lanes.filter((line) => !/^(?:files|directories|certificates)/.test(line))).toEqual([
    "managers: reload-system",
    "managers: manager db | manager web",
    "secrets: secret db",
    "secrets: secret db | secret web",
    "images: image db | image web",
    "units: reload-user db | reload-user web",
    "start: unit db, unit db, unit db | unit web, unit web",
  ]);
});

test("everything that goes with --purge goes in one order: the record last", () => {
  const clear = uninstallPlan(recordedWorld(), "all").stages.filter(({ phase }) => phase === "clear");
  expect(clear.map(({ lanes }) => lanes.length)).toEqual([1]);
});
