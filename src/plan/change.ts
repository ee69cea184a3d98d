/** Short constructors for planned changes, so that the comparisons read as sentences. */
import type { ServiceName } from "../model/names.ts";
import type { Change, Phase, PlannedChange, Reason, ReasonCode } from "../model/plan.ts";

export function planned(
  phase: Phase,
  action: PlannedChange["action"],
  service: ServiceName | undefined,
  summary: string,
  reason: Reason,
  change: Change,
): PlannedChange {
  return { phase, action, service, summary, reason, change };
}

export function because(code: ReasonCode, text: string): Reason {
  return { code, text };
}

/** "0640" */
export function octal(mode: number): string {
  return mode.toString(8).padStart(4, "0");
}
