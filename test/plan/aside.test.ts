/** A broken or hostile account: its service is named and left as it is, the others go on, and nothing of it looks unwanted. */

import { expect, test } from "vitest";
import type { StateFacts } from "../../src/model/facts.ts";
import { stepsOf } from "../../src/model/plan.ts";
import { asideLines, planAsJson, summary } from "../../src/plan/summary.ts";
import { change, planLines, planOf, settledWorld, type World } from "./support.ts";

const SILENT = "the user manager of db-user does not answer";

/** db-user cannot be looked at, so that nothing is known of it; and a file of web and one of db were edited. */
function broken(...edits: readonly (readonly unknown[])[]): World {
  const world = settledWorld();
  change(world, ["state", "aside", "db-user", SILENT]);
  for (const key of ["units", "secrets"]) change(world, ["state", key, "db-user", []]);
  for (const key of ["images", "containers"]) change(world, ["state", key, "db-user", new Map()]);
  change(world, ["state", "paths", "/var/lib/web/site.conf", "content", "edited\n"]);
  change(world, ["state", "paths", "/etc/containers/systemd/users/801/db-sql.container", "content", "edited\n"]);
  for (const words of edits) change(world, words);
  return world;
}

test("the others are planned as ever, it is named with the reason", () => {
  const plan = planOf(broken());
  expect(plan.aside).toEqual([{ service: "db", user: "db-user", reason: SILENT }]);
  expect(planLines(plan).join("\n")).toContain("/var/lib/web/site.conf");
  expect(planLines(plan).filter((line) => line.includes("db"))).toEqual([]);
  expect(planAsJson(plan).aside).toEqual(plan.aside);
  expect(asideLines(plan)).toEqual([`db is left as it is: ${SILENT}`]);
});

test("with nothing else to do it is not called configured", () => {
  const plan = planOf(broken(["state", "paths", "/var/lib/web/site.conf", "content", "site\n"]));
  expect(stepsOf(plan)).toEqual([]);
  expect(summary(plan)).not.toContain("as configured");
});

test.each<[string, string, unknown, string]>([
  ["a link", "/var/lib/db", { kind: "other", what: "a symlink" }, "/var/lib/db: is a symlink, should be a directory"],
  [
    "a pipe in the place of the key",
    "/var/lib/web/leaf.key",
    { kind: "other", what: "a device, pipe or socket" },
    "/var/lib/web/leaf.key: is a device, pipe or socket, should be a file",
  ],
  [
    "a directory in the place of a file",
    "/var/lib/web/site.conf",
    { kind: "directory", uid: 0, gid: 0, mode: 0o755 },
    "/var/lib/web/site.conf: is a directory, should be a file",
  ],
])("what a service puts in its own way: %s", (_, path, fact, reason) => {
  const world = settledWorld();
  change(world, ["state", "paths", path, fact]);
  if (path === "/var/lib/db") {
    // The home itself is in a directory of root's: then it was no service.
    expect(() => planOf(world)).toThrow(reason);
    return;
  }
  expect(planOf(world).aside).toEqual([{ service: "web", user: "web-user", reason }]);
});

test("who still needs a secret of it waits with it; who has its copy does not", () => {
  const without = ["state", "secrets", "web-user", []];
  expect(planOf(broken(without)).aside?.map(({ service, reason }) => `${service}: ${reason}`)).toEqual([
    `db: ${SILENT}`,
    "web: its secret web-key is to be that of db",
  ]);
});

test("what is recorded of it stays recorded", () => {
  const world = broken();
  const applied: StateFacts["applied"] = {
    ...world.state.applied,
    secrets: ["db-user/old", "web-user/old"],
    lingering: ["db-user", "web-user"],
    files: ["/var/lib/db/old.conf", "/var/lib/web/old.conf"],
    units: { ...world.state.applied.units, "db-user/old.service": "f", "web-user/old.service": "f" },
  };
  const left = planOf({ ...world, state: { ...world.state, applied } }).lasting;
  expect([left?.secrets, left?.files]).toEqual([["db-user/old"], ["/var/lib/db/old.conf"]]);
  expect(left?.units).toEqual(expect.arrayContaining(["db-user/old.service", "db-user/db-sql.service"]));
  expect(left?.units).not.toContain("web-user/old.service");
});

test("what the site gave for it goes on waiting for it", () => {
  const world = broken();
  const given = world.desired.secrets.map((secret) => ({ ...secret, source: { kind: "supplied" } as const }));
  const plan = planOf({ ...world, desired: { ...world.desired, secrets: given } });
  expect(plan.handsOn.map(({ user }) => user)).toContain("web-user");
  expect(plan.handsOn.map(({ user }) => user)).not.toContain("db-user");
});

test("nothing of it is removed, though its service left the stack", () => {
  const world = broken();
  change(world, ["state", "applied", "secrets", ["db-user/gone", "web-user/gone"]]);
  change(world, ["state", "secrets", "web-user", ["web-key", "gone"]]);
  const lines = planLines(planOf(world)).filter((line) => line.includes("gone"));
  expect(lines).toEqual([expect.stringContaining("secret gone of web-user")]);
});
