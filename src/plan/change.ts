/** Short constructors for planned changes, so that the comparisons read as sentences. */

import type { Change } from "../model/change.ts";
import type { ServiceName } from "../model/names.ts";
import type { Draft, Phase } from "../model/plan.ts";
import type { Reason, ReasonCode } from "../model/reason.ts";

export function planned(
  phase: Phase,
  action: Draft["action"],
  service: ServiceName | undefined,
  summary: string,
  reason: Reason,
  change: Change,
): Draft {
  return { phase, action, service, summary, reason, change };
}

export function because(code: ReasonCode, text: string): Reason {
  return { code, text };
}

/** "0640" */
export function octal(mode: number): string {
  return mode.toString(8).padStart(4, "0");
}
