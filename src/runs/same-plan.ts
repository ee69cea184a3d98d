/** The plan that is run is the plan that was shown: a person may read for minutes, and the host goes on meanwhile. */
import { UserError } from "../model/diagnostic.ts";
import type { Plan } from "../model/plan.ts";

export function refuseOther(shown: Plan, now: Plan, what: "the host" | "the host or its configuration"): void {
  if (JSON.stringify(now) === JSON.stringify(shown)) return;
  throw new UserError(`${what} changed while the plan was read; nothing was done`, "look at the new plan");
}
