/** Services that are reinstalled: their containers are made anew on what is there, and nobody else's. */
import { expect, test } from "vitest";
import { makePlan } from "../../src/plan/make-plan.ts";
import { change, planLines, settledWorld, type World } from "./support.ts";

const remade = ({ desired, host, state }: World, ...names: readonly string[]) =>
  planLines(makePlan(desired, host, state, { remade: names }));

test("a pod takes its members down and up with it; whoever else is there is left alone", () => {
  expect(remade(settledWorld(), "db")).toEqual([
    "units > reload the user manager of db-user: its units changed",
    "start > restart db-pod: made anew, as was asked for",
    "start > start db-sql: its pod restarts",
    "start > start db-api: its pod restarts",
  ]);
});

test("a socket goes on listening", () => {
  expect(remade(settledWorld(), "web")).toEqual([
    "units > reload the user manager of web-user: its units changed",
    "start > restart web: made anew, as was asked for",
  ]);
});

test("what is between two tries is made anew, too, and what differs elsewhere is put back with it", () => {
  const world = settledWorld();
  change(world, ["state", "units", "web-user", "web.service", "active", "activating"]);
  change(world, ["state", "paths", "/var/lib/db", "mode", 0o755]);
  const lines = remade(world, "web");
  expect(lines).toContain("directories ~ directory /var/lib/db: mode 0755, want 0711");
  expect(lines.at(-1)).toMatch(/^start > restart web: /);
});

test("a name that there is not", () => {
  expect(() => remade(settledWorld(), "web", "dbb")).toThrow(
    expect.objectContaining({ message: "no service is called dbb", hint: "did you mean db?" }),
  );
});
