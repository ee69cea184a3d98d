/** Keys that others may read are taken back from them, whatever the certificates say. */

import { expect, test } from "vitest";
import { certificateFiles } from "../../src/model/certificate-files.ts";
import type { PathFact } from "../../src/model/facts.ts";
import type { AbsolutePath } from "../../src/model/names.ts";
import { stepsOf } from "../../src/model/plan.ts";
import { makePlan } from "../../src/plan/make-plan.ts";
import { settledWorld, type World } from "./support.ts";

function changesWith(
  which: keyof ReturnType<typeof certificateFiles>,
  fact: Partial<Extract<PathFact, { kind: "file" }>>,
) {
  const { desired, host, state }: World = settledWorld();
  if (desired.certificate === undefined) throw new Error("the sample site ends no TLS");
  const file = certificateFiles(desired.certificate)[which];
  const right: PathFact = { kind: "file", mode: file.mode, ...file.owner, content: "" };
  const paths = new Map<AbsolutePath, PathFact>([...state.paths, [file.path, { ...right, ...fact }]]);
  const plan = makePlan(desired, host, { ...state, paths });
  return stepsOf(plan).map(({ summary, reason, change }) => ({ summary, reason, kind: change.kind, path: file.path }));
}

test("as they were made, nothing is to do", () => {
  expect(changesWith("authorityKey", {})).toEqual([]);
  expect(changesWith("leafKey", {})).toEqual([]);
});

test.each([
  ["authorityKey", { mode: 0o644 }, "mode 0644, want 0600"],
  ["leafKey", { mode: 0o644 }, "mode 0644, want 0640"],
  ["leafKey", { uid: 12_345 }, "owner 12345:"],
  ["published", { mode: 0o600 }, "mode 0600, want 0644"],
] as const)("%s with %j is put right", (which, fact, reason) => {
  const [change, ...others] = changesWith(which, fact);
  expect(others).toEqual([]);
  expect(change).toMatchObject({ kind: "mode", summary: `file ${change?.path}` });
  expect(change?.reason.text).toContain(reason);
});
