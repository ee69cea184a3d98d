/** Services that take turns: which one of a group is awake, which others are to sleep, and why a unit is not started. */
import type { StateFacts, UnitFact } from "../model/facts.ts";
import { groupBy } from "../model/group-by.ts";
import type { Reason } from "../model/reason.ts";
import type { DesiredUnit } from "../model/resource.ts";
import { isRunning, unitFact } from "../model/unit-state.ts";
import { limitOf } from "../model/waiting.ts";
import { because } from "./change.ts";

export interface Sleepers {
  /** Undefined where the unit is to run. */
  reasonOf(unit: DesiredUnit): Reason | undefined;
  /** Awake, and not to be. */
  readonly stops: readonly { readonly unit: DesiredUnit; readonly reason: Reason; readonly timeoutSeconds: number }[];
}

/**
 * Who is awake stays so, by whoever's wish; where several are, which only a stack that made them a group can bring about, the
 * default does. Where nobody is, the default starts: not where it may sleep for want of work, and was stopped cleanly.
 */
export function findSleepers(units: readonly DesiredUnit[], facts: Pick<StateFacts, "units">): Sleepers {
  const swapped = units.filter((unit) => unit.swap !== undefined);
  const factOf = (unit: DesiredUnit) => unitFact(facts, unit);
  const reasons = new Map<DesiredUnit, Reason>();
  const stops: Sleepers["stops"][number][] = [];
  for (const [group, members] of groupBy(swapped, ({ swap }) => swap?.group)) {
    const awake = members.filter((unit) => isRunning(factOf(unit)?.active));
    const resting = members.filter((unit) => unit.swap?.isDefault === true && unit.swap.mayRest && rests(factOf(unit)));
    const kept = (awake.find(({ swap }) => swap?.isDefault) ?? awake[0])?.service;
    const chosen = kept ?? members.find((unit) => unit.swap?.isDefault === true && !resting.includes(unit))?.service;
    for (const unit of members.filter(({ service }) => service !== chosen)) {
      const who = chosen === undefined ? "nobody uses it" : `${chosen} is the one of ${group} that is awake`;
      reasons.set(unit, because("follows", who));
      const fact = factOf(unit);
      if (!isRunning(fact?.active)) continue;
      stops.push({ unit, reason: because("unwanted", who), timeoutSeconds: limitOf(fact?.stopLimitSeconds) });
    }
  }
  return { reasonOf: (unit) => reasons.get(unit), stops };
}

function rests(fact: UnitFact | undefined): boolean {
  return fact?.load === "loaded" && fact.active === "inactive" && fact.result === "success";
}
