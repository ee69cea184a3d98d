/** One unit of those that a run waits for: has it failed for good, or is it late? */
import type { Of } from "../model/change.ts";
import type { UnitFact } from "../model/facts.ts";
import { isBetweenTries } from "../model/tries.ts";
import type { ApplyContext, StepOf } from "./context.ts";

/** To see whether a start gets on, journals and processes are looked at. */
const LOOK_MS = 30_000;
/** RestartSec is 5 s or more: a unit that is seen waiting for its next try this often is not coming up. */
const TRIES = 3;

export interface Watched {
  readonly step: StepOf<"unit">;
  readonly change: Of<"unit">;
  /** When it was first seen starting; its budget counts from there, not from the queueing. */
  since: number | undefined;
  tries: number;
  waiting: boolean;
  /** When somebody looked last whether it gets on. */
  looked: number;
}

/** Once the jobs are done, nothing is about to start it any more: what it needs failed. */
export function staysDown({ change }: Watched, fact: UnitFact | undefined): boolean {
  return change.verb === "restart" && fact?.active === "inactive";
}

/** Counts tries, because Restart= turns every failure into "activating (auto-restart)". */
export function hasFailed(watched: Watched, fact: UnitFact | undefined, now: number): boolean {
  if (fact === undefined) return true;
  // The stop of a restart may end as a failure; its start waits for what it needs.
  if (fact.active === "failed") return !fact.queued;
  const waiting = isBetweenTries(fact);
  if (waiting && !watched.waiting) watched.tries += 1;
  watched.waiting = waiting;
  if (fact.active === "activating") watched.since ??= now;
  return watched.tries >= TRIES;
}

/** Over its time; one whose log tells that it gets on may go on: a download takes as long as the line is slow. */
export async function isLate(context: ApplyContext, watched: Watched, now: number): Promise<boolean> {
  const { since, change, looked } = watched;
  if (since === undefined || now - since <= change.startTimeoutSeconds * 1000) return false;
  if (change.tellsProgress !== true) return true;
  if (now - looked < LOOK_MS) return false;
  watched.looked = now;
  return (await context.tellWhy?.(change))?.getsOn !== true;
}
