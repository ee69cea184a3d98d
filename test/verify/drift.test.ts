/** Changes in, drift out: who moved, the host or the configuration. */
import { expect, test } from "vitest";
import type { Change } from "../../src/model/change.ts";
import type { AbsolutePath, UnitName, UserName } from "../../src/model/names.ts";
import type { Plan, Step } from "../../src/model/plan.ts";
import type { Reason } from "../../src/model/reason.ts";
import type { DesiredFile } from "../../src/model/resource.ts";
import { findDrift } from "../../src/verify/drift.ts";

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

test("reloads and restarts follow from something else and are no drift", () => {
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

test.each([
  [{ code: "failed", text: "it said so" }, "failed"],
  [{ code: "down", text: "failed to be there" }, "stopped"],
  [{ code: "missing", text: "not there yet" }, "stopped"],
] as const)("a unit that is to be started: %o", (reason, kind) => {
  const unit = { plainName: "vllm-qwen", unit: "vllm-qwen.service" as UnitName, verb: "start" } as const;
  const limits = { startTimeoutSeconds: 3_600, stopTimeoutSeconds: 75 };
  const [drift] = findDrift(
    planWith([planned({ kind: "unit", ...unit, account: ACCOUNT, ...limits }, reason)]),
    new Map(),
    [],
  );
  expect(drift).toEqual({ by: "host", kind, subject: "vllm-qwen", detail: reason.text });
});
