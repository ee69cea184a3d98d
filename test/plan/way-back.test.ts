/** Records in, the plan that takes them back out: in which order, and which record of several decides. */
import { expect, test } from "vitest";
import type { Change, Of } from "../../src/model/change.ts";
import type { AccountFact } from "../../src/model/facts.ts";
import type { AbsolutePath, ServiceName, UnitName, UserName } from "../../src/model/names.ts";
import { wayBack } from "../../src/plan/way-back.ts";

function account(name: string): AccountFact {
  return { user: name as UserName, uid: 800, gid: 800, home: `/var/lib/${name}` as AbsolutePath };
}

const A = account("a");
const B = account("b");
const named = (name: string) => ({ unit: `${name}.service` as UnitName, plainName: name });

const stop = (name: string, of = A): Change => ({
  kind: "stop",
  account: of,
  unit: `${name}.service` as UnitName,
  timeoutSeconds: 90,
});
const restart = (name: string, of = A): Change => ({
  kind: "unit",
  account: of,
  ...named(name),
  verb: "restart",
  startTimeoutSeconds: 300,
  stopTimeoutSeconds: 90,
});
const reload = (name: string, of = A): Change => ({
  kind: "reload-unit",
  account: of,
  ...named(name),
  container: name,
  command: ["reload"],
});
const unmake = (path: string): Change => ({ kind: "unmake", path: path as AbsolutePath });
const manager = (of = A): Change => ({ kind: "manager", account: of, verb: "restart" });
const noManager = (of = A): Change => ({ kind: "stop-manager", account: of });
const system = (unit: string): Change => ({ kind: "system-unit", unit: unit as UnitName, verb: "restart" });
const disable = (unit: string): Change => ({ kind: "disable", unit: unit as UnitName });
const reloadUser = (of = A): Change => ({ kind: "reload-user", account: of });
const RELOAD: Change = { kind: "reload-system" };

/** A stage a line: lanes side by side with a bar between them, the steps of each in their order. */
function linesOf(records: readonly Change[]): readonly string[] {
  const step = (change: Change) => {
    const verb = change.kind === "unit" ? change.verb : change.kind;
    const user = "account" in change ? `${change.account.user}/` : "";
    const what = "unit" in change ? change.unit.replace(".service", "") : "path" in change ? change.path : "";
    return `${verb} ${user}${what}`.trim();
  };
  return wayBack(records).stages.map(({ lanes }) =>
    lanes.map((lane) => lane.map(({ change }) => step(change)).join(", ")).join(" | "),
  );
}

const snapshot = (run: number, more: Partial<Of<"restore-snapshot">> = {}): Change => ({
  kind: "restore-snapshot",
  account: A,
  service: "a" as ServiceName,
  directories: [`/data/${run}` as AbsolutePath],
  run,
  ...more,
});
const UNIT = unmake("/etc/containers/systemd/users/800/a.container");

test("data are put back while nothing of their service runs, those of the oldest run last", () => {
  const { stages } = wayBack([
    restart("one"),
    restart("two", B),
    snapshot(3),
    UNIT,
    unmake("/file"),
    snapshot(4),
    UNIT,
  ]);
  const told = stages.map(({ lanes }) =>
    lanes
      .flat()
      .map(({ change }) => (change.kind === "restore-snapshot" ? `data of ${change.run}` : change.kind))
      .join(", "),
  );
  expect(told).toEqual([
    "stop",
    "unmake",
    "data of 4, data of 3",
    "unmake",
    "reload-system",
    "reload-user, reload-user",
    "unit, unit",
  ]);
});

test("unit files, the names of images and the index are back before the data: a boot in between starts what was there", () => {
  const tag: Change = { kind: "tag-image", account: A, reference: "db:1", id: "1d" };
  const unit = "/etc/containers/systemd/users/800/a.container";
  const index = "/var/lib/install-quadlets/index.json";
  const made = [
    unmake("/etc/containers/systemd"),
    unmake("/etc/containers"),
    unmake("/etc/containers-x"),
    unmake("/file"),
  ];
  const records = [...made, snapshot(3), tag, unmake(unit), unmake(index)];
  expect(linesOf(records).slice(0, 3)).toEqual([
    `unmake ${index}, unmake ${unit}, tag-image a/, unmake /etc/containers, unmake /etc/containers/systemd`,
    "restore-snapshot a/",
    "unmake /file, unmake /etc/containers-x",
  ]);
  expect(linesOf(records.filter(({ kind }) => kind !== "restore-snapshot"))).toHaveLength(2);
});

test.each<[string, readonly Change[], readonly string[]]>([
  ["nothing since", [snapshot(3)], ["drop 3"]],
  ["a file that no boot reads", [snapshot(3), unmake("/file")], ["drop 3"]],
  ["another service starts", [snapshot(3), stop("b", B)], ["drop 3"]],
  ["units and files before it", [UNIT, restart("a"), snapshot(3)], ["drop 3"]],
  ["a unit file", [snapshot(3), UNIT], ["restore 3"]],
  ["a unit that is new starts", [snapshot(3), stop("a")], ["restore 3"]],
  ["a unit starts anew", [snapshot(3), restart("a")], ["restore 3"]],
  ["what is not recorded may start it", [snapshot(3, { early: true })], ["restore 3"]],
  ["cut off, and then another run", [snapshot(3), snapshot(4), UNIT], ["drop 3", "restore 4"]],
  ["two runs, each with other images", [snapshot(3), UNIT, snapshot(4), UNIT], ["restore 4", "restore 3"]],
  [
    "two services",
    [snapshot(3), snapshot(3, { account: B, service: "b" as ServiceName }), UNIT],
    ["restore 3", "restore 3"],
  ],
])("a copy becomes the data again where anything else may have written: %s", (_, records, expected) => {
  const steps = wayBack(records).stages.flatMap(({ lanes }) => lanes.flat());
  const copies = steps.flatMap(({ change }) =>
    change.kind === "restore-snapshot" || change.kind === "drop-snapshot"
      ? `${change.kind.split("-")[0]} ${change.run}`
      : [],
  );
  expect(copies).toEqual(expected);
});

test("what a boot may have started on them stops first, once each", () => {
  const units = ["one", "two"].map((name) => ({ unit: `${name}.service` as UnitName, timeoutSeconds: 90 }));
  const lines = linesOf([restart("one"), snapshot(3, { units }), UNIT]);
  expect(lines[0]).toBe("stop a/two, stop a/one");
  expect(linesOf([snapshot(3, { units })])[0]).toBe("drop-snapshot a/");
});

test("nothing recorded, nothing to do", () => {
  expect(linesOf([])).toEqual([]);
});

test("stops, what was made in reverse, the system manager, managers, user managers, units, reloads", () => {
  const records = [
    unmake("/1"),
    RELOAD,
    system("net"),
    disable("timer"),
    manager(B),
    unmake("/2"),
    reloadUser(A),
    reloadUser(B),
    stop("new-1"),
    restart("old"),
    stop("new-2"),
    restart("far", B),
    reload("proxy", B),
  ];
  expect(linesOf(records)).toEqual([
    "stop a/new-2, stop a/new-1",
    "unmake /2, disable timer, unmake /1",
    "reload-system",
    "system-unit net | manager b/",
    "reload-user a/ | reload-user b/",
    "restart a/old | restart b/far",
    "reload-unit b/proxy",
  ]);
});

test("of several runs the earliest record of a unit, a manager and a system unit decides", () => {
  // Run 1 started it all, run 2 found it up.
  const first = [disable("net"), noManager(B), stop("new"), restart("old")];
  const second = [system("net"), manager(B), restart("new"), stop("old")];
  expect(linesOf([...first, ...second])).toEqual([
    "stop a/new",
    "stop-manager b/, disable net",
    "reload-system",
    "reload-user a/",
    "restart a/old",
  ]);
  expect(linesOf([...second, ...first])).toEqual([
    "stop a/old",
    "reload-system",
    "system-unit net | manager b/",
    "reload-user a/",
    "restart a/new",
  ]);
});

test("of a file, too; a directory that a later run removed is there again before what goes into it", () => {
  const putBack = (path: string, content: string): Change => {
    const before = { uid: 0, gid: 0, mode: 0o644, content };
    return { kind: "put-back", path: path as AbsolutePath, before };
  };
  const directory = (path: string): Change => {
    const owner = { uid: 0, gid: 0 };
    return { kind: "directory", directory: { service: undefined, path: path as AbsolutePath, owner, mode: 0o755 } };
  };
  const first = [unmake("/made"), putBack("/d/changed", "first"), directory("/d")];
  const second = [putBack("/made", "second"), putBack("/d/changed", "second"), directory("/d"), unmake("/other")];
  const lane = wayBack([...first, ...second]).stages[0]?.lanes[0] ?? [];
  expect(lane.map(({ change }) => change)).toEqual([
    unmake("/other"),
    directory("/d"),
    directory("/d"),
    putBack("/d/changed", "first"),
    unmake("/made"),
  ]);
});

test("a secret that was not there before everything is not restored on the way to that", () => {
  const secret = (kind: "made" | "removed", of = A): Change =>
    kind === "made"
      ? { kind: "remove-secret", account: of, name: "key", keep: "no" }
      : { kind: "restore-secret", account: of, name: "key", from: "kept" };
  const linesBack = (records: readonly Change[]) => linesOf(records)[0];
  expect(linesBack([secret("made"), secret("removed")])).toBe("remove-secret a/");
  expect(linesBack([secret("made"), secret("removed", B)])).toBe("restore-secret b/, remove-secret a/");
  expect(linesBack([secret("removed"), secret("made")])).toBe("remove-secret a/, restore-secret a/");
});

test("of whom the manager stops nothing is started, nor told anything", () => {
  const records = [noManager(B), reloadUser(B), restart("far", B), reload("proxy", B), restart("old")];
  expect(linesOf(records)).toEqual(["stop-manager b/", "reload-system", "reload-user a/", "restart a/old"]);
});

test("each reload once, and none of what was started or stopped anyway", () => {
  const records = [reload("proxy"), reload("web"), restart("web"), reload("proxy"), reload("new"), stop("new")];
  expect(linesOf(records)).toEqual([
    "stop a/new",
    "reload-system",
    "reload-user a/",
    "restart a/web",
    "reload-unit a/proxy",
  ]);
});
