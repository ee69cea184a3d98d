/** Which services are copied before other images start on them, as cases: what is different in, steps out. */
import { expect, test } from "vitest";
import type { UnitFact } from "../../src/model/facts.ts";
import { parseIndex } from "../../src/model/index-file.ts";
import type { AbsolutePath } from "../../src/model/names.ts";
import { stepsOf } from "../../src/model/plan.ts";
import { planOf, settledWorld, type World } from "./support.ts";

const DATA = "/var/lib/db/sql";

/** As applied: the data of `db` are a directory that is there, and the index says which images ran. */
function worldWithData(): World {
  const world = settledWorld();
  const units = world.desired.units.filter(({ service }) => service === "db");
  const index = {
    version: 2,
    services: [
      {
        name: "db",
        user: "db-user",
        units: units.map(({ unit, container }) => ({ unit, image: container?.image ?? "" })),
      },
    ],
  };
  return {
    ...world,
    desired: {
      ...world.desired,
      data: [
        {
          service: "db",
          user: "db-user",
          directories: [DATA],
          counts: [{ name: "rows", container: "db-sql", command: ["count"] }],
        },
      ] as unknown as NonNullable<World["desired"]["data"]>,
    },
    state: {
      ...world.state,
      index: parseIndex(JSON.stringify(index)),
      paths: new Map([
        ...world.state.paths,
        [DATA as AbsolutePath, { kind: "directory", uid: 0, gid: 0, mode: 0o700 }],
      ]),
    },
  };
}

/** "data stop db-sql" */
function stepsAround(world: World): readonly string[] {
  return stepsOf(planOf(world))
    .filter(({ change }) => ["measure-data", "stop", "snapshot", "compare-data", "unit"].includes(change.kind))
    .map(({ phase, summary }) => `${phase}: ${summary}`);
}

const WHOLE = [
  "data: measure the data of db",
  "data: stop db-pod",
  "data: stop db-sql",
  "data: stop db-api",
  "data: copy the data of db (sql)",
];
const STARTS = ["start: start db-pod", "start: start db-sql", "start: start db-api"];
const AFTER = "start: count the data of db again";

function put(map: ReadonlyMap<unknown, unknown>, key: string, value: unknown): void {
  (map as Map<unknown, unknown>).set(key, value);
}

function withImage(world: World, image: string): World {
  const units = world.desired.units.map((unit) =>
    unit.unit === "db-sql.service" && unit.container !== undefined
      ? { ...unit, container: { ...unit.container, image }, fingerprint: "other" }
      : unit,
  );
  return { ...world, desired: { ...world.desired, units } };
}

test("nothing is different: nothing is copied", () => {
  expect(stepsAround(worldWithData())).toEqual([]);
});

test("another image by name", () => {
  const steps = stepsAround(withImage(worldWithData(), "docker.io/lab/db:2"));
  expect(steps).toEqual([...WHOLE, "start: start db-pod", "start: restart db-sql", "start: start db-api", AFTER]);
});

test("another image by name that is in the store already, while nothing runs", () => {
  const world = withImage(worldWithData(), "docker.io/lab/db:2");
  put(
    world.state.images,
    "db-user",
    new Map([
      ["docker.io/lab/db:1", "1d"],
      ["docker.io/lab/db:2", "2d"],
    ]),
  );
  put(world.state.containers, "db-user", new Map());
  expect(stepsAround(world)).toContain("data: copy the data of db (sql)");
});

test("the same name, and what is pulled for it may be another image", () => {
  const world = worldWithData();
  put(world.state.images, "db-user", new Map());
  // A boot behind the pull would start it.
  expect(stepsAround(world)).toEqual([
    ...WHOLE.map((step) => step.replace("data:", "data first:")),
    "start: start db-pod",
    "start: restart db-sql",
    "start: restart db-api",
    AFTER,
  ]);
});

test("the same name stands for another image than the one that runs", () => {
  const world = worldWithData();
  (world.state.containers.get("db-user" as never) as Map<string, string>).set("db-sql", "0ld");
  const steps = stepsAround(world);
  expect(steps.slice(0, WHOLE.length)).toEqual(WHOLE);
  expect(steps.slice(WHOLE.length)).toEqual([STARTS[0], "start: restart db-sql", STARTS[2], AFTER]);
});

test.each<[string, (world: World) => World, boolean]>([
  ["another image by name", (world) => withImage(world, "docker.io/lab/db:2"), false],
  [
    "a name that stands for another one than the one that runs",
    (world) => {
      (world.state.containers.get("db-user" as never) as Map<string, string>).set("db-sql", "0ld");
      return world;
    },
    true,
  ],
  [
    "a name that is pulled",
    (world) => {
      put(world.state.images, "db-user", new Map());
      return world;
    },
    true,
  ],
])("whether a boot may start another image before anything is recorded: %s", (_, change, early) => {
  const copy = stepsOf(planOf(change(worldWithData()))).find(({ change }) => change.kind === "snapshot")?.change;
  expect(copy).toMatchObject({ kind: "snapshot", ...(early && { early: true }) });
  expect(copy !== undefined && "early" in copy).toBe(early);
});

test("what a boot may start on the data is what is there and what is planned", () => {
  const world = withImage(worldWithData(), "docker.io/lab/db:2");
  const units = world.state.units.get("db-user" as never) as UnitFact[];
  const [first] = units;
  put(world.state.units, "db-user", [...units, { ...first, unit: "db-former.service" }]);
  const copy = stepsOf(planOf(world)).find(({ change }) => change.kind === "snapshot")?.change;
  const names = copy?.kind === "snapshot" ? copy.units.map(({ unit }) => unit).toSorted() : [];
  expect(names).toEqual(["db-api.service", "db-former.service", "db-pod.service", "db-sql.service"]);
});

test("a service that is new here has nothing to copy", () => {
  const { state, ...rest } = worldWithData();
  const world = { ...rest, state: { ...state, index: undefined } };
  put(world.state.containers, "db-user", new Map());
  expect(stepsAround(withImage(world, "docker.io/lab/db:2")).filter((step) => step.startsWith("data"))).toEqual([]);
});

test("nor has one whose data are gone", () => {
  const world = worldWithData();
  put(world.state.paths, DATA, { kind: "missing" });
  expect(stepsAround(withImage(world, "docker.io/lab/db:2")).filter((step) => step.startsWith("data"))).toEqual([]);
});

test("what is down already is not stopped", () => {
  const world = worldWithData();
  const units = world.state.units.get("db-user" as never) as UnitFact[];
  put(
    world.state.units,
    "db-user",
    units.map((fact) => (fact.unit === "db-api.service" ? { ...fact, active: "inactive" } : fact)),
  );
  const steps = stepsAround(withImage(world, "docker.io/lab/db:2"));
  expect(steps).not.toContain("data: stop db-api");
  expect(steps).toContain("data: copy the data of db (sql)");
});

test("a manager that starts brings its units along: they are stopped before there are images for them", () => {
  const world = worldWithData();
  put(world.state.managers, "db-user", { active: "inactive", limits: {} });
  put(world.state.units, "db-user", []);
  const steps = stepsAround(withImage(world, "docker.io/lab/db:2"));
  expect(steps.slice(0, WHOLE.length)).toEqual(WHOLE.map((step) => step.replace("data:", "data first:")));
});

test("where the name of another unit of the service is pulled, too: before the pull", () => {
  const world = withImage(worldWithData(), "docker.io/lab/db:2");
  const phaseWith = (images: readonly string[]) => {
    put(world.state.images, "db-user", new Map());
    const wanted = images.map((reference) => ({
      ...world.desired.images[0],
      service: "db",
      user: "db-user",
      reference,
    }));
    const desired = { ...world.desired, images: wanted as unknown as World["desired"]["images"] };
    return stepsOf(planOf({ ...world, desired })).find(({ change }) => change.kind === "snapshot")?.phase;
  };
  expect(phaseWith(["docker.io/lab/db:1", "docker.io/lab/db:2"])).toBe("data first");
  expect(phaseWith(["docker.io/lab/db:2"])).toBe("data");
});

test("what is down is not stopped before a pull, where its manager runs", () => {
  const world = worldWithData();
  put(world.state.images, "db-user", new Map());
  const units = world.state.units.get("db-user" as never) as UnitFact[];
  put(
    world.state.units,
    "db-user",
    units.map((fact) => (fact.unit === "db-api.service" ? { ...fact, active: "inactive" } : fact)),
  );
  const steps = stepsAround(world);
  expect(steps).toContain("data first: stop db-sql");
  expect(steps).not.toContain("data first: stop db-api");
});

test("images are pulled while it runs, and data are copied before there are unit files that name them", () => {
  const world = withImage(worldWithData(), "docker.io/lab/db:2");
  const images = [{ service: "db", user: "db-user", reference: "docker.io/lab/db:2", megabytes: undefined }];
  const desired = { ...world.desired, images: images as unknown as World["desired"]["images"] };
  const file = desired.files.find(({ path }) => path.endsWith("/db-sql.container"));
  put(world.state.paths, file?.path ?? "", {
    kind: "file",
    uid: 0,
    gid: 0,
    mode: 0o644,
    content: "db:1",
  });
  put(world.state.images, "db-user", new Map([["docker.io/lab/db:1", "1d"]]));
  const phases = stepsOf(planOf({ ...world, desired })).map(({ phase }) => phase);
  expect([...new Set(phases)]).toEqual(["images", "data", "units", "start"]);
});

test("what is down meanwhile is said, and that it takes as long as a copy", () => {
  const { outages } = planOf(withImage(worldWithData(), "docker.io/lab/db:2"));
  expect(outages).toMatchObject([{ service: "db", kind: "copied", units: ["db-pod", "db-sql", "db-api"] }]);
});

test("the way back of an image leads to the one that runs, and not to what somebody pulled in between", () => {
  const world = worldWithData();
  const reference = "docker.io/lab/db:1";
  put(world.state.images, "db-user", new Map([[reference, "pulled by hand"]]));
  const state = { ...world.state, applied: { ...world.state.applied, imageIds: { [`db-user ${reference}`]: "1d" } } };
  const undoOf = (containers: readonly [string, string][]) => {
    put(state.containers, "db-user", new Map(containers));
    return stepsOf(planOf({ ...world, state })).flatMap(({ change, undo }) => (change.kind === "image" ? undo : []));
  };
  const account = { user: "db-user", uid: 801, gid: 801, home: "/var/lib/db" };
  const back = (id: string) => [{ kind: "tag-image", account, reference, id }];
  expect(undoOf([["db-sql", "1d"]])).toEqual(back("1d"));
  expect(undoOf([])).toEqual(back("pulled by hand"));
});
