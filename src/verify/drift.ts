/** Names what on the host is not as it was last applied, and tells that from a configuration that has moved on. */
import { type Drift, type LastApplied, onHost } from "../model/drift.ts";
import type { AbsolutePath } from "../model/names.ts";
import { type Plan, stepsOf } from "../model/plan.ts";
import { visible } from "../model/visible.ts";
import { traitOf } from "../plan/kinds/all.ts";

/** Pure: the plan is what differs now, `last` tells since when; `foreign` are files in our directories that nobody rendered. */
export function findDrift(
  plan: Pick<Plan, "stages" | "aside" | "notes">,
  last: LastApplied,
  foreign: readonly AbsolutePath[],
): readonly Drift[] {
  const aside = (plan.aside ?? []).map(({ service, reason }) => onHost("aside", service, visible(reason)));
  const moved = stepsOf(plan).flatMap((step) => traitOf(step.change).drift(step.change, step, last));
  const strangers = foreign.map((path) =>
    onHost("foreign", path, "not made by install-quadlets, but in its directory"),
  );
  // An end that was declared is no drift.
  const notes = (plan.notes ?? []).filter(({ kind }) => kind !== "expired");
  const left = notes.map(({ kind, subject, text }) => onHost(kind, visible(subject), text));
  return [...aside, ...moved, ...strangers, ...left];
}
