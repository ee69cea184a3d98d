/** What leaves the stack: only what is recorded goes, and what users keep stays and is named. */

import { expect, test } from "vitest";
import type { PathFact } from "../../src/model/facts.ts";
import { stepsOf } from "../../src/model/plan.ts";
import { planLines, planOf } from "../plan/support.ts";
import { recordedWorld, withoutDb } from "./support.ts";

function pruned() {
  const world = recordedWorld();
  return { ...world, desired: withoutDb(world.desired) };
}

test("everything is wanted: nothing goes", () => {
  expect(stepsOf(planOf(recordedWorld()))).toEqual([]);
});

test("a service that left, in full", () => {
  const plan = planOf(pruned());
  expect(planLines(plan)).toEqual([
    "prune-stop - unit db-pod.service of db-user: db-user is no longer in the stack",
    "prune-stop - unit db-sql.service of db-user: db-user is no longer in the stack",
    "prune-stop - unit db-api.service of db-user: db-user is no longer in the stack",
    "prune - file /etc/systemd/system/user@801.service.d/50.conf: db-user is no longer in the stack",
    "prune - file /etc/containers/systemd/users/801/db.pod: db-user is no longer in the stack",
    "prune - file /etc/containers/systemd/users/801/db-sql.container: db-user is no longer in the stack",
    "prune - file /etc/containers/systemd/users/801/db-api.container: db-user is no longer in the stack",
    "prune - secret db-key of db-user: db-user is no longer in the stack",
    "prune - secret db-url of db-user: db-user is no longer in the stack",
    "prune - linger of db-user: db-user is no longer in the stack",
    "prune - user manager of db-user (user@801.service): db-user is no longer in the stack",
    "prune > systemctl daemon-reload: unit files went",
  ]);
  expect(plan.stays).toEqual([expect.stringMatching(/^user db-user, \/var\/lib\/db \(2 entries\)(, \d images?)?$/)]);
});

test("a stop waits as long as systemd lets the unit take, and so does its way back", () => {
  const world = pruned();
  const own = world.state.units.get("db-user" as never) ?? [];
  const slow = { startLimitSeconds: 3_600, stopLimitSeconds: 300.5 };
  const endless = { startLimitSeconds: undefined, stopLimitSeconds: undefined };
  const units = own.map((fact) => ({ ...fact, ...(fact.unit === "db-sql.service" ? slow : endless) }));
  const state = { ...world.state, units: new Map([...world.state.units, ["db-user" as never, units] as const]) };
  const stops = stepsOf(planOf({ ...world, state })).flatMap(({ change, undo }) =>
    change.kind === "stop" && undo[0]?.kind === "unit"
      ? [[change.unit, change.timeoutSeconds, undo[0].startTimeoutSeconds]]
      : [],
  );
  expect(stops).toEqual([
    ["db-pod.service", 900, 900],
    ["db-sql.service", 301, 3_600],
    ["db-api.service", 900, 900],
  ]);
});

test("a unit that had failed is stopped for good: a way back that starts it would only fail again", () => {
  const world = pruned();
  const own = world.state.units.get("db-user" as never) ?? [];
  const units = own.map((fact) => (fact.unit === "db-sql.service" ? { ...fact, active: "failed" } : fact));
  const state = { ...world.state, units: new Map([...world.state.units, ["db-user" as never, units] as const]) };
  const stops = stepsOf(planOf({ ...world, state })).filter(({ change }) => change.kind === "stop");
  expect(stops.map(({ summary, undo }) => [summary.split(" ")[1], undo.length])).toEqual([
    ["db-pod.service", 1],
    ["db-sql.service", 0],
    ["db-api.service", 1],
  ]);
});

test("what is not recorded is not touched, running or not", () => {
  const world = pruned();
  const { version } = world.state.applied;
  const units = Object.fromEntries(Object.entries(world.state.applied.units).filter(([key]) => !/db|801/.test(key)));
  const nothing = { files: [], directories: [], accounts: [], secrets: [], images: [], lingering: [] };
  const applied = { ...world.state.applied, ...nothing, version, units };
  expect(stepsOf(planOf({ ...world, state: { ...world.state, applied } }))).toEqual([]);
});

test("a run that was cut off half-way: only the rest is left to do", () => {
  const world = pruned();
  const paths = new Map(world.state.paths);
  for (const file of world.state.applied.files) {
    if (/801|db/.test(file)) paths.set(file as never, { kind: "missing" });
  }
  const state = {
    ...world.state,
    paths,
    units: new Map([...world.state.units].filter(([user]) => user !== "db-user")),
    secrets: new Map(),
    lingering: world.state.lingering.filter((user) => user !== "db-user"),
  };
  const lines = planLines(planOf({ ...world, state })).filter((line) => line.includes("db"));
  expect(lines).toEqual(["prune - user manager of db-user (user@801.service): db-user is no longer in the stack"]);
});

test("where a person put something else, it is named and stays", () => {
  const world = pruned();
  const path = "/etc/containers/systemd/users/801/db.pod";
  const link: PathFact = { kind: "other", what: "a symlink" };
  const paths = new Map([...world.state.paths, [path as never, link] as const]);
  const state = { ...world.state, paths };
  const plan = planOf({ ...world, state });
  expect(planLines(plan).filter((line) => line.includes("db.pod"))).toEqual([]);
  expect(plan.stays).toContain(`${path}: is a symlink now, not what was made here`);
  expect(plan.lasting?.files).toContain(path);
});

test("afterwards the record holds what is wanted, and the data, user and images that stay", () => {
  const { desired, state, host } = pruned();
  const left = planOf({ desired, state, host }).lasting;
  expect(left?.units.filter((key) => /db|801/.test(key))).toEqual([]);
  expect(left?.files).toEqual(desired.files.map((file) => file.path).toSorted());
  expect(left?.directories).toContain("/var/lib/db");
  expect(left?.accounts).toContain("db-user");
  expect(left?.secrets).toEqual(["web-user/web-key"]);
  expect(left?.lingering).toEqual(["web-user"]);
});

test("a command where sudo looks goes again, but not what a package has put in its place since", () => {
  const world = recordedWorld();
  const path = "/usr/sbin/svc" as never;
  const removed = (content: string) => {
    const fact: PathFact = { kind: "file", uid: 0, gid: 0, mode: 0o755, content };
    const applied = { ...world.state.applied, files: [...world.state.applied.files, path] };
    const state = { ...world.state, applied, paths: new Map([...world.state.paths, [path, fact] as const]) };
    return stepsOf(planOf({ ...world, state })).map(({ change }) => change.kind);
  };
  expect(removed("#!/usr/bin/node\n// Generated by install-quadlets; changes here are lost.\n")).toContain(
    "remove-file",
  );
  expect(removed("\u007fELF")).not.toContain("remove-file");
});
