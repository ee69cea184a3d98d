/** Changes in, drift out: who moved, the host or the configuration. */
import { expect, test } from "vitest";
import type { Change } from "../../src/model/change.ts";
import type { AbsolutePath, UnitName, UserName } from "../../src/model/names.ts";
import type { Plan, Step } from "../../src/model/plan.ts";
import type { Reason } from "../../src/model/reason.ts";
import type { DesiredFile } from "../../src/model/resource.ts";
import { findDrift } from "../../src/verify/drift.ts";
import { planOf, settledWorld } from "../plan/support.ts";

const PATH = "/etc/containers/systemd/users/802/vllm-qwen.container" as AbsolutePath;
const ACCOUNT = { user: "vllm-user" as UserName, uid: 802, gid: 802, home: "/var/lib/vllm" as AbsolutePath };
const WANTED: DesiredFile = {
  service: undefined,
  path: PATH,
  content: "wanted\n",
  owner: { uid: 0, gid: 0 },
  mode: 0o644,
  role: { kind: "plain" },
};

function planned(
  change: Change,
  reason: Reason = { code: "content", text: "because" },
  action: Step["action"] = "update",
): Step {
  const step = { phase: "files", service: undefined, action, summary: "something", reason, change } as const;
  return { ...step, outdates: [], undo: [] };
}

function planWith(steps: readonly Step[]): Pick<Plan, "stages"> {
  return { stages: [{ phase: "files", lanes: [steps] }] };
}

function driftOf(change: Change, last: string | undefined, reason?: Reason): readonly string[] {
  const applied = new Map(last === undefined ? [] : [[PATH as string, last]]);
  return findDrift(planWith([planned(change, reason)]), applied, []).map((drift) => `${drift.by} ${drift.kind}`);
}

test.each([
  ["a file that a person edited", "edited by hand\n", "applied\n", "host edited"],
  ["a file that was applied and is to change", "applied\n", "applied\n", "configuration changed"],
  ["a file that is right but for its mode", "wanted\n", "wanted\n", "host mode"],
  ["a file that somebody deleted", undefined, "applied\n", "host missing"],
  ["a file that is new in the configuration", undefined, undefined, "configuration new"],
  ["a file from before there were records", "older\n", undefined, "configuration changed"],
])("%s", (_, before, last, expected) => {
  expect(driftOf({ kind: "file", file: WANTED, before }, last)).toEqual([expected]);
});

test("what a manager reads anew follows from something else and is no drift", () => {
  expect(driftOf({ kind: "reload-system" }, undefined)).toEqual([]);
  expect(driftOf({ kind: "reload-user", account: ACCOUNT }, undefined)).toEqual([]);
});

test("a file that nobody rendered is named", () => {
  const [drift] = findDrift({ stages: [] }, new Map(), [PATH]);
  expect(drift).toMatchObject({ by: "host", kind: "foreign", subject: PATH });
});

test("nothing to do and nothing foreign is no drift", () => {
  expect(findDrift({ stages: [] }, new Map([[PATH, "wanted\n"]]), [])).toEqual([]);
});

test.each([
  ["create", "configuration new"],
  ["update", "host certificate"],
] as const)("a certificate from Tailscale that is due to %s", (action, expected) => {
  const tailscale = { name: "a.b.ts.net", key: "/tls/t.key", certificate: "/tls/t.crt" } as never;
  const change: Change = { kind: "tailscale-certificate", certificate: {} as never, tailscale };
  const [drift] = findDrift(planWith([planned(change, undefined, action)]), new Map(), []);
  expect(`${drift?.by} ${drift?.kind}`).toBe(expected);
  expect(drift?.subject).toBe("/tls/t.crt");
});

test.each([
  ["generated", "host missing"],
  ["supplied", "configuration new"],
] as const)("a secret that podman does not have: %s", (kind, expected) => {
  const secret = { service: "app", user: "app-user", name: "app-key", source: { kind } } as never;
  const change: Change = {
    kind: "secret",
    secret,
    account: ACCOUNT,
    fromSite: false,
    rotate: false,
    former: undefined,
  };
  const [drift] = findDrift(planWith([planned(change, undefined, "create")]), new Map(), []);
  expect(`${drift?.by} ${drift?.kind}`).toBe(expected);
});

const LIMITS = { startTimeoutSeconds: 3_600, stopTimeoutSeconds: 75 };
const UNIT = { account: ACCOUNT, unit: "vllm-qwen.service" as UnitName, plainName: "vllm-qwen" };
const RECORD = { started: "new", reloaded: "", servesLeaf: false };
const RUNNING: Readonly<Record<string, Change>> = {
  start: { kind: "unit", ...UNIT, verb: "start", ...LIMITS },
  restart: { kind: "unit", ...UNIT, verb: "restart", ...LIMITS },
  reload: { kind: "reload-unit", ...UNIT, container: "vllm-qwen", command: ["true"], record: RECORD },
  manager: { kind: "manager", account: ACCOUNT, verb: "restart", fingerprint: "new" },
  "system unit": { kind: "system-unit", unit: UNIT.unit, verb: "reload", fingerprint: "new" },
};

/** Whatever is done about it, the reason says what is wrong. */
test.each<[string, Reason["code"], string | undefined]>([
  ["start", "failed", "host failed vllm-qwen"],
  ["start", "down", "host stopped vllm-qwen"],
  ["start", "missing", "host stopped vllm-qwen"],
  ["start", "starting", "host starting vllm-qwen"],
  ["start", "follows", undefined],
  ["restart", "down", "host stopped vllm-qwen"],
  ["restart", "failed", "host failed vllm-qwen"],
  ["restart", "replaced", "host replaced vllm-qwen"],
  ["restart", "changed", "configuration outdated vllm-qwen"],
  ["restart", "follows", undefined],
  ["reload", "changed", "configuration outdated vllm-qwen"],
  ["reload", "follows", undefined],
  ["manager", "changed", "configuration outdated user manager of vllm-user"],
  ["manager", "down", "host stopped user manager of vllm-user"],
  ["system unit", "changed", "configuration outdated vllm-qwen.service"],
  ["system unit", "down", "host stopped vllm-qwen.service"],
])("a %s because it is %s", (what, code, expected) => {
  const change = RUNNING[what] as Change;
  const found = findDrift(planWith([planned(change, { code, text: "because" })]), new Map(), []);
  expect(found.map(({ by, kind, subject }) => `${by} ${kind} ${subject}`)).toEqual(
    expected === undefined ? [] : [expected],
  );
});

test("a run that wrote everything and did not come to the restarts is seen afterwards", () => {
  const world = settledWorld();
  expect(findDrift(planOf(world), new Map(), [])).toEqual([]);
  const { applied } = world.state;
  const [[key = "", now = ""] = []] = Object.entries(applied.units).filter(([unit]) => !unit.startsWith("root/"));
  const units = { ...applied.units, [key]: now.replace(/^\S+/, "before") };
  const cut = { ...world, state: { ...world.state, applied: { ...applied, units } } };
  expect(findDrift(planOf(cut), new Map(), [])).toEqual([
    {
      by: "configuration",
      kind: "outdated",
      subject: key.replace(/^.*\/|\.service$/g, ""),
      detail: "its configuration changed",
    },
  ]);
});
