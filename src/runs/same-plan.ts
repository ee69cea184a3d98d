/** The plan that is run is the plan that was shown: a person may read for minutes, and the host goes on meanwhile. */
import { createHash } from "node:crypto";
import { userError } from "../model/diagnostic.ts";
import type { Plan, Step } from "../model/plan.ts";

/** All of it counts, what files hold, too. Of a step: to say which of them differ. */
export function digestOf(planned: Plan | Step): string {
  return createHash("sha256").update(JSON.stringify(planned)).digest("hex");
}

export function refuseOther(shown: Plan, now: Plan, what: "the host" | "the host or its configuration"): void {
  if (digestOf(now) === digestOf(shown)) return;
  throw userError("plan-differs", `${what} changed while the plan was read; nothing was done`, "look at the new plan");
}
