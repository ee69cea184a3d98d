/** Whether a host is as configured, so that a change that somebody asks for is a run of its own, and can be taken back on its own. */
import { UserError } from "../model/diagnostic.ts";
import { type Plan, stepsOf } from "../model/plan.ts";

/** A unit that is down is no difference of configuration: what is asked for may be what mends it. */
export function isSettled(plan: Plan): boolean {
  return stepsOf(plan).every(
    ({ change }) => change.kind === "reload-user" || (change.kind === "unit" && change.untouched === true),
  );
}

/** `what` as in "a secret is set on its own". */
export function refuseUnsettled(plan: Plan, what: string): void {
  if (isSettled(plan)) return;
  throw new UserError(`the host is not as configured; ${what}`, "first: sudo install-quadlets");
}
