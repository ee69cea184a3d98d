/** Keys in a plan: what the gateway has and what is declared in, lines, notes and drift out. */
import { describe, expect, test } from "vitest";
import type { KeyLimits } from "../../src/model/gateway-key.ts";
import type { DesiredKeys, FoundKey, KeysFact, WantedKey } from "../../src/model/key-facts.ts";
import type { ServiceName, UnitName, UserName } from "../../src/model/names.ts";
import { stepsOf } from "../../src/model/plan.ts";
import { formatPlan } from "../../src/plan/format.ts";
import { planAsJson } from "../../src/plan/summary.ts";
import { findDrift } from "../../src/verify/drift.ts";
import { limitsOf, wantedKey } from "../support/keys.ts";
import { planOf, settledWorld, type World } from "./support.ts";

const MAKER: DesiredKeys["maker"] = {
  service: "web" as ServiceName,
  user: "web-user" as UserName,
  unit: "web.service" as UnitName,
  port: 4000,
  master: "web-master",
};

function found({
  limits,
  ...key
}: Partial<Omit<FoundKey, "limits">> & { readonly limits?: Partial<KeyLimits> }): FoundKey {
  return {
    token: `token of ${key.name}`,
    name: undefined,
    holder: undefined,
    kind: "person",
    isOurs: true,
    isAsSet: true,
    isBlocked: false,
    spent: 0,
    resets: undefined,
    metadata: {},
    ...key,
    limits: limitsOf(limits),
  };
}

/** Everything else is as wanted; `stored` are keys whose values podman has. */
function worldWith(keys: readonly WantedKey[], fact: KeysFact, stored = keys.map(({ secret }) => secret)): World {
  const world = settledWorld();
  const secrets = new Map(world.state.secrets);
  secrets.set(MAKER.user, [...(secrets.get(MAKER.user) ?? []), ...stored]);
  return {
    ...world,
    desired: { ...world.desired, keys: { maker: MAKER, keys } },
    state: { ...world.state, secrets, keys: fact },
  };
}

function known(...keys: readonly FoundKey[]): KeysFact {
  return { kind: "known", keys, tokens: new Map(keys.map(({ name, token }) => [`web-key_${name}`, token])) };
}

function linesOf(world: World): readonly string[] {
  return formatPlan(planOf(world), { colour: false, diffs: false })
    .split("\n")
    .filter((line) => /\bkey/.test(line))
    .map((line) => line.trim());
}

function driftOf(world: World): readonly string[] {
  return findDrift(planOf(world), new Map(), []).map(
    ({ by, kind, subject, detail }) => `${by} ${kind} ${subject}: ${detail}`,
  );
}

const ANNA = wantedKey({ limits: { models: ["qwen"], allowance: { kind: "tokens", tokens: 100_000 } } });
const THOUSAND = { ...ANNA.limits, allowance: { kind: "tokens", tokens: 1000 } } as const;

test.each<[string, World, readonly string[], readonly string[]]>([
  ["as declared", worldWith([ANNA], known(found({ name: "anna", limits: ANNA.limits }))), [], []],
  [
    "a new one",
    worldWith([ANNA], known(), []),
    ["+ key anna (qwen, 100,000 tokens a day): it is new in keys.yaml"],
    ["configuration new key anna: it is new in keys.yaml"],
  ],
  [
    "a new one of a service",
    worldWith([wantedKey({ name: "chat", kind: "service" })], known(), []),
    ["+ key chat (every model): a service of the stack asks with it"],
    ["configuration new key chat: a service of the stack asks with it"],
  ],
  [
    "one of a service that asks no longer",
    worldWith([], known(found({ name: "chat", kind: "service" }))),
    ["- key chat: no service of the stack asks with it"],
    ["configuration unwanted key chat: no service of the stack asks with it"],
  ],
  [
    "one that the gateway has lost",
    worldWith([ANNA], known()),
    ["+ key anna (qwen, 100,000 tokens a day): the gateway lacks it"],
    ["host missing key anna: the gateway lacks it"],
  ],
  [
    "another limit in the file",
    worldWith([ANNA], known(found({ name: "anna", limits: THOUSAND }))),
    ["~ key anna: 1,000 -> 100,000 tokens a day"],
    ["configuration changed key anna: 1,000 -> 100,000 tokens a day"],
  ],
  [
    "another limit at the gateway",
    worldWith([ANNA], known(found({ name: "anna", limits: THOUSAND, isAsSet: false }))),
    ["~ key anna: 1,000 -> 100,000 tokens a day"],
    ["host edited key anna: 1,000 -> 100,000 tokens a day"],
  ],
  [
    "another holder",
    worldWith([{ ...ANNA, holder: "Anna" }], known(found({ name: "anna", limits: ANNA.limits, holder: "Ann" }))),
    ["~ key anna: it is for Anna, a person"],
    ["configuration changed key anna: it is for Anna, a person"],
  ],
  [
    "another value at the gateway",
    worldWith([ANNA], {
      ...known(found({ name: "anna", limits: ANNA.limits })),
      tokens: new Map([["web-key_anna", "x"]]),
    } as KeysFact),
    ["~ key anna: the gateway knows it by another value"],
    ["host edited key anna: the gateway knows it by another value"],
  ],
  [
    "one that is declared no more",
    worldWith([], known(found({ name: "anna" }))),
    ["- key anna: it is no longer in keys.yaml"],
    ["configuration unwanted key anna: it is no longer in keys.yaml"],
  ],
  [
    "one of somebody else",
    worldWith([], known(found({ name: "ci", isOurs: false }), found({ token: "0123456789abcdef", isOurs: false }))),
    [
      "key ci is at the gateway, not made by install-quadlets",
      "key 0123456789ab... is at the gateway, not made by install-quadlets",
    ],
    [
      "host foreign key ci: is at the gateway, not made by install-quadlets",
      "host foreign key 0123456789ab...: is at the gateway, not made by install-quadlets",
    ],
  ],
  [
    "one of somebody else under a declared name",
    worldWith([ANNA], known(found({ name: "anna", isOurs: false }))),
    ["key anna is at the gateway under this name, not made by install-quadlets: choose another name, or revoke it"],
    [
      "host foreign key anna: is at the gateway under this name, not made by install-quadlets: choose another name, or revoke it",
    ],
  ],
  [
    "one that somebody blocked stays blocked",
    worldWith([ANNA], known(found({ name: "anna", limits: ANNA.limits, isBlocked: true }))),
    ["key anna is blocked at the gateway, and stays so"],
    ["host blocked key anna: is blocked at the gateway, and stays so"],
  ],
  [
    "one that is over",
    worldWith(
      [wantedKey({ name: "old", limits: { expires: "2026-11-21T12:00:00.000Z" } })],
      known(found({ name: "old" })),
    ),
    ["- key old: it has expired", "key old has expired"],
    ["configuration unwanted key old: it has expired"],
  ],
  [
    "an end that is minutes off, because the gateway counts from when it was told",
    worldWith(
      [wantedKey({ name: "soon", limits: { expires: "2026-12-01T00:00:00.000Z" } })],
      known(found({ name: "soon", limits: { expires: "2026-12-01T00:04:10.000Z" } })),
    ),
    [],
    [],
  ],
  [
    "another end",
    worldWith(
      [wantedKey({ name: "soon", limits: { expires: "2026-12-01T00:00:00.000Z" } })],
      known(found({ name: "soon", limits: { expires: "2026-12-02T00:00:00.000Z" } })),
    ),
    ["~ key soon: until 2026-12-01 -> until 2026-11-30"],
    ["configuration changed key soon: until 2026-12-01 -> until 2026-11-30"],
  ],
  [
    "a gateway that is down: nothing is known, and that it is down is said elsewhere",
    worldWith([ANNA, wantedKey({ name: "new" })], { kind: "down" }, ["web-key_anna"]),
    ["> key anna: looked at once the gateway runs", "+ key new (every model): it is new in keys.yaml"],
    ["configuration new key new: it is new in keys.yaml"],
  ],
  [
    "a gateway that does not say",
    worldWith([ANNA], { kind: "unknown", why: "the gateway answers 500 to /key/list: no database" }),
    ["> key anna: looked at again, because now the gateway answers 500 to /key/list: no database"],
    ["host unknown key anna: looked at again, because now the gateway answers 500 to /key/list: no database"],
  ],
])("%s", (_, world, lines, drift) => {
  expect(linesOf(world)).toEqual(lines);
  expect(driftOf(world)).toEqual(drift);
});

test("what is declared no more is taken out of a gateway that is down now, once it runs: the record is about to forget it", () => {
  const world = worldWith([ANNA], { kind: "down" });
  const applied = {
    ...world.state.applied,
    secrets: ["web-user/web-key_anna", "web-user/web-key_ben", "web-user/web-other"],
  };
  const steps = stepsOf(planOf({ ...world, state: { ...world.state, applied } })).filter(
    ({ phase }) => phase === "keys",
  );
  expect(steps.map(({ summary, action }) => `${action} ${summary}`)).toEqual(["run key anna", "remove key ben"]);
});

test("a value that is made anew is another key", () => {
  const world = worldWith([ANNA], known(found({ name: "anna", limits: ANNA.limits })), []);
  const secret = {
    service: MAKER.service,
    user: MAKER.user,
    name: ANNA.secret,
    source: { kind: "generated", length: 48, alphabet: "base62", prefix: "sk-", rotate: { kind: "restart" } },
  } as const;
  const desired = { ...world.desired, secrets: [...world.desired.secrets, secret] };
  const steps = stepsOf(planOf({ ...world, desired }));
  const lines = steps.map(({ phase, summary, reason }) => `${phase} ${summary}: ${reason.text}`);
  expect(lines).toEqual([
    "secrets secret web-key_anna of web-user: 48 random characters",
    "keys key anna: its value is made anew",
  ]);
});

describe("notes", () => {
  const world = worldWith([], known(found({ name: "c\u001b[2Ji", isOurs: false })));

  test("are said at the end of a plan, and move no cursor", () => {
    expect(formatPlan(planOf(world), { colour: false, diffs: false })).toContain(
      "left as it is:\n  key c\\u001b[2Ji is at the gateway, not made by install-quadlets\n",
    );
  });

  test("are in its JSON", () => {
    expect(planAsJson(planOf(world)).notes).toEqual([
      { kind: "foreign", subject: "key c\u001b[2Ji", text: "is at the gateway, not made by install-quadlets" },
    ]);
  });
});
