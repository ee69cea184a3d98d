/** What the rules for quadlets warn of in those that a service brings along, where a plan is about to write them. */
import { formatDiagnostic } from "../model/diagnostic.ts";
import { type Plan, stepsOf } from "../model/plan.ts";
import type { DesiredState } from "../model/resource.ts";
import { visible } from "../model/visible.ts";

/** A line each; errors were refused before there was a plan. */
export function quadletWarnings({ warnings }: DesiredState, plan: Plan): readonly string[] {
  const written = new Set(
    stepsOf(plan).flatMap(({ change }) =>
      change.kind === "file" && change.file.role.kind === "user-unit" ? [change.file.service] : [],
    ),
  );
  return warnings
    .filter(({ service }) => written.has(service))
    .map(({ warning }) => visible(`warning: ${formatDiagnostic(warning)}`));
}
