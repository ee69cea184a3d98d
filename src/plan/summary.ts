/** The plan in one line, and the plan as data. */
import type { Plan, PlannedChange } from "../model/plan.ts";

export function summary(plan: Plan): string {
  if (plan.changes.length === 0) return "nothing to do: the host is as configured";
  const count = (action: PlannedChange["action"]) => plan.changes.filter((change) => change.action === action).length;
  const restarts = plan.changes.filter((c) => c.change.kind === "unit" && c.change.verb === "restart").length;
  const parts = [`${count("create")} to create`, `${count("update")} to update`, `${count("remove")} to remove`];
  return `plan: ${parts.join(", ")}, ${restarts} ${restarts === 1 ? "unit" : "units"} to restart`;
}

/** The plan as data: no file contents (they may be long), no secrets (the plan holds none). */
export function planAsJson(plan: Plan): object {
  return {
    version: 1,
    ...(plan.stays === undefined ? {} : { stays: plan.stays }),
    changes: plan.changes.map(({ phase, action, service, summary: what, reason, change }) => ({
      phase,
      action,
      service: service ?? null,
      kind: change.kind,
      summary: what,
      reason,
    })),
  };
}
