/** Carries out a plan as a run of its own, with all that its record is to say. */

import type { AskSecond } from "../apply/context.ts";
import { planAsJson, summary } from "../plan/summary.ts";
import { applyPlan } from "./apply-plan.ts";
import type { Prepared } from "./prepare.ts";
import { type Run, whoAsks } from "./run.ts";
import { tellingWhy } from "./telling-why.ts";

export interface Manner {
  /** For the history: the command, as it is typed after the name of the program. */
  readonly what: string;
  readonly keepGoing: boolean;
  /** It is about a part of the host only. */
  readonly partial?: boolean;
  /** Absent: a second instance is asked nothing before requests go to it. */
  readonly askSecond?: AskSecond | undefined;
}

export function applyNow(
  { system, program, person }: Pick<Run, "system" | "program" | "person">,
  { desired, plan }: Pick<Prepared, "desired" | "plan">,
  { what, keepGoing, partial = false, askSecond }: Manner,
): Promise<void> {
  return applyPlan(system, plan, person.reporter, {
    who: whoAsks(system),
    tool: program.version(),
    what,
    keepGoing,
    summary: summary(plan),
    told: planAsJson(plan),
    rendered: partial ? undefined : desired.files,
    askSecond,
    tellWhy: tellingWhy(system, desired),
  });
}
