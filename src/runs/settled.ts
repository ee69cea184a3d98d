/** Whether a host is as configured, so that a change that somebody asks for is a run of its own, and can be taken back on its own. */
import type { Change } from "../model/change.ts";
import { userError } from "../model/diagnostic.ts";
import { type Plan, type Step, stepsOf } from "../model/plan.ts";

/** A unit that is down is no difference of configuration: what is asked for may be what mends it. */
export function isSettled(plan: Plan): boolean {
  return stepsOf(plan).every(({ change }) => isForADownUnit(change));
}

function isForADownUnit(change: Change): boolean {
  return change.kind === "reload-user" || (change.kind === "unit" && change.untouched === true);
}

/** The plan without the starts of units that are down and that nothing in it is about: for a run that can do without them. */
export function withoutDownUnits(plan: Plan): Plan {
  const started = stepsOf(plan).flatMap(({ change }) =>
    change.kind === "unit" && !isForADownUnit(change) ? [change.account.user] : [],
  );
  const stays = ({ change }: Step) =>
    !isForADownUnit(change) || (change.kind === "reload-user" && started.includes(change.account.user));
  const stages = plan.stages
    .map((stage) => ({
      ...stage,
      lanes: stage.lanes.map((lane) => lane.filter(stays)).filter(({ length }) => length > 0),
    }))
    .filter(({ lanes }) => lanes.length > 0);
  return { ...plan, stages };
}

/** `what` as in "a secret is set on its own". */
export function refuseUnsettled(plan: Plan, what: string): void {
  if (isSettled(plan)) return;
  throw userError("not-settled", `the host is not as configured; ${what}`, "first: sudo install-quadlets");
}
