/** Models in a plan: what a store has and what is declared in, lines, what stays and drift out. */
import { expect, test } from "vitest";
import type { DesiredStore, StoreFact } from "../../src/model/model-store.ts";
import type { ServiceName, UnitName, UserName } from "../../src/model/names.ts";
import { stepsOf } from "../../src/model/plan.ts";
import { findDrift } from "../../src/verify/drift.ts";
import { planOf, settledWorld, type World } from "./support.ts";

const WEB = "web" as ServiceName;
const STORE: DesiredStore = {
  service: WEB,
  user: "web-user" as UserName,
  unit: "web.service" as UnitName,
  port: 11434,
  list: "/list",
  pull: "/pull",
  remove: "/remove",
  models: ["bge-m3", "gpt-oss:20b"],
  routers: [],
};

function worldWith(fact: StoreFact | undefined, web: "active" | "inactive" = "active"): World {
  const world = settledWorld({ ...settledWorld().desired, stores: [STORE] });
  const units = new Map(world.state.units);
  const own = units.get(STORE.user) ?? [];
  units.set(
    STORE.user,
    own.map((unit) => (unit.unit === STORE.unit ? { ...unit, active: web } : unit)),
  );
  const stores = fact === undefined ? {} : { stores: new Map([[WEB, fact]]) };
  return { ...world, state: { ...world.state, units, ...stores } };
}

function linesOf(world: World): readonly string[] {
  return stepsOf(planOf(world)).flatMap(({ action, summary, reason, change }) =>
    change.kind === "model" ? [`${action} ${summary}: ${reason.text}`] : [],
  );
}

function driftOf(world: World): readonly string[] {
  return findDrift(planOf(world), new Map(), [])
    .filter(({ subject }) => subject.startsWith("model "))
    .map(({ by, kind, subject }) => `${by} ${kind} ${subject}`);
}

const known = (...models: readonly string[]): StoreFact => ({ kind: "known", models });

test.each<[string, World, readonly string[], readonly string[]]>([
  ["as declared, a name without a tag for one with it", worldWith(known("bge-m3:latest", "gpt-oss:20b")), [], []],
  [
    "another tag is another model",
    worldWith(known("bge-m3:latest", "gpt-oss:latest")),
    ["create pull gpt-oss:20b into web: it is declared, and not there"],
    ["host missing model gpt-oss:20b of web"],
  ],
  [
    "one that starts with this run",
    worldWith({ kind: "down" }, "inactive"),
    [
      "run pull bge-m3 into web: where it is not there, once web runs",
      "run pull gpt-oss:20b into web: where it is not there, once web runs",
    ],
    [],
  ],
  // It sleeps, or somebody else starts it: nobody can ask it.
  ["one that is down and stays so", worldWith({ kind: "down" }), [], []],
  [
    "one that does not say",
    worldWith({ kind: "unknown", why: "it answers 500" }),
    [
      "run pull bge-m3 into web: where it is not there: it answers 500",
      "run pull gpt-oss:20b into web: where it is not there: it answers 500",
    ],
    ["host unknown model bge-m3 of web", "host unknown model gpt-oss:20b of web"],
  ],
  ["one that nobody has looked at", worldWith(undefined), [], []],
])("%s", (_, world, lines, drift) => {
  expect(linesOf(world)).toEqual(lines);
  expect(driftOf(world)).toEqual(drift);
});

test("what is not declared stays, with a way to remove it, and is no drift", () => {
  const world = worldWith(known("bge-m3:latest", "gpt-oss:20b", "old:1b"));
  expect(planOf(world).stays).toEqual([
    "model old:1b of web, which nobody declares: sudo gateway-manage models remove old:1b",
  ]);
  expect(driftOf(world)).toEqual([]);
});

test("services that lead to it start behind what is pulled; others do not wait", () => {
  const world = worldWith(known("bge-m3:latest"), "active");
  const [unit, ...others] = world.desired.units.filter(({ user }) => user !== STORE.user);
  if (unit === undefined) throw new Error("no other unit");
  const routed = { ...STORE, routers: [unit.service] };
  const facts = (active: string) => {
    const units = new Map(world.state.units);
    for (const [user, list] of units)
      if (user !== STORE.user)
        units.set(
          user,
          list.map((one) => ({ ...one, active })),
        );
    return { ...world, desired: { ...world.desired, stores: [routed] }, state: { ...world.state, units } };
  };
  const order = stepsOf(planOf(facts("inactive"))).flatMap(({ phase, summary }) =>
    phase === "start" ? [summary] : [],
  );
  const pull = order.indexOf("pull gpt-oss:20b into web");
  expect(pull).toBeGreaterThanOrEqual(0);
  expect(order.indexOf(`start ${unit.plainName}`)).toBeGreaterThan(pull);
  for (const other of others.filter(({ service }) => service !== unit.service))
    expect(order.indexOf(`start ${other.plainName}`)).toBeLessThan(pull);
});
