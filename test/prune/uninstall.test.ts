/** Uninstall at its three depths, from facts to plan. */
import { expect, test } from "vitest";
import { mountsBelow } from "../../src/facts/remains.ts";
import { type Depth, stepsOf } from "../../src/model/plan.ts";
import { planLines } from "../plan/support.ts";
import { recordedWorld, uninstallPlan } from "./support.ts";

const kinds = (depth: Depth) =>
  new Set(stepsOf(uninstallPlan(recordedWorld(), depth)).map(({ change }) => change.kind));

test("bare: units, files, secrets, linger and managers; data, users and images stay and are named", () => {
  const plan = uninstallPlan(recordedWorld(), "keep");
  for (const kind of ["remove-image", "remove-account", "remove-state", "remove-subids"]) {
    expect(kinds("keep")).not.toContain(kind);
  }
  const trees = stepsOf(plan).flatMap(({ change }) => (change.kind === "remove-tree" ? [change.path as string] : []));
  expect(trees.filter((path) => path.startsWith("/var/lib/"))).toEqual([]);
  expect(plan.stays?.filter((line) => line.startsWith("user "))).toHaveLength(2);
  const lines = planLines(plan);
  expect(lines).toContain("prune-stop - unit web.service of web-user: uninstall");
  expect(lines).toContain("prune - system unit wall.service: uninstall");
});

test("with images: those that are recorded and there, of each user", () => {
  const world = recordedWorld();
  const removed = stepsOf(uninstallPlan(world, "images")).flatMap(({ change }) =>
    change.kind === "remove-image" ? [`${change.account.user} ${change.reference}`] : [],
  );
  expect(removed.toSorted()).toEqual(world.state.applied.images.toSorted());
});

test("everything: data as whole trees, then users, the record last; secrets and images go with the data", () => {
  const world = recordedWorld();
  const paths = new Map(world.state.paths);
  paths.set("/var/lib/install-quadlets" as never, { kind: "directory", uid: 0, gid: 0, mode: 0o700 });
  const plan = uninstallPlan({ ...world, state: { ...world.state, paths } }, "all");
  const clear = planLines(plan).filter((line) => line.startsWith("clear"));
  expect(clear).toEqual(
    expect.arrayContaining([
      "clear - directory /var/lib/db with all data in it: --purge",
      "clear - user db-user: --purge",
      "clear - directory /etc/containers/systemd/users: uninstall",
    ]),
  );
  expect(clear.at(-1)).toMatch(/^clear - directory \/var\/lib\/install-quadlets with the authority/);
  const found = stepsOf(plan).map(({ change }) => change.kind);
  expect(found).not.toContain("remove-secret");
  expect(found).not.toContain("remove-image");
  expect(plan.stays ?? []).toEqual([]);
});

test("an account that was there before stays with its home; the ranges that we gave it go", () => {
  const world = recordedWorld();
  const applied = {
    ...world.state.applied,
    accounts: ["web-user"],
    directories: world.state.applied.directories.filter((path) => path !== "/var/lib/db"),
  };
  const lines = planLines(uninstallPlan({ ...world, state: { ...world.state, applied } }, "all")).join("\n");
  expect(lines).toContain("subordinate ids of db-user");
  expect(lines).toContain("secret db-key of db-user");
  expect(lines).not.toContain("user db-user: --purge");
  expect(lines).not.toContain("directory /var/lib/db ");
});

test("a group that a killed run left is an account that is still to go", () => {
  const world = recordedWorld();
  const host = { ...world.host, accounts: world.host.accounts.filter(({ user }) => user !== "db-user") };
  const lines = planLines(uninstallPlan({ ...world, host }, "all"));
  expect(lines).toContain("clear - user db-user: --purge");
});

test("nothing is deleted while a file system is mounted in the data", () => {
  const world = recordedWorld();
  const remains = { ...world.state.remains, mounts: ["/var/lib/db/backup"] };
  const mounted = { ...world, state: { ...world.state, remains } };
  expect(() => uninstallPlan(mounted, "all")).toThrow("/var/lib/db/backup: a file system is mounted there");
  expect(() => uninstallPlan(mounted, "keep")).not.toThrow();
});

test("mounts on and below directories; blanks are written in octal, and a longer name is another directory", () => {
  const line = (point: string) => `36 35 98:0 /mnt ${point} rw,noatime master:1 - ext3 /dev/root rw`;
  const text = ["/", "/var/lib/db", "/var/lib/db/a\\040b", "/var/lib/db2", "/home"].map(line).join("\n");
  expect(mountsBelow(["/var/lib/db"], text)).toEqual(["/var/lib/db", "/var/lib/db/a b"]);
});
