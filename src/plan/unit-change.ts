/** The change that starts one unit, restarts or reloads it, or says that it sleeps. */
import type { Change } from "../model/change.ts";
import { servesLeaf } from "../model/desired-certificate.ts";
import type { AccountFact, StateFacts } from "../model/facts.ts";
import type { DesiredState, DesiredUnit } from "../model/resource.ts";
import type { SideBySide } from "../model/twin.ts";
import { unitFact } from "../model/unit-state.ts";
import { limitOf } from "../model/waiting.ts";

/** What is to become of a unit. */
export interface Run {
  readonly unit: DesiredUnit;
  readonly verb: "start" | "restart" | "reload" | "asleep";
  /** Nothing in the plan is about it: it is down, that is all. */
  readonly untouched?: true;
}

/** `beside`: it is replaced side by side. */
export function unitChange(
  { unit: wanted, verb, untouched }: Run,
  account: AccountFact,
  { certificate }: DesiredState,
  facts: Pick<StateFacts, "units">,
  beside: SideBySide | undefined,
): Change {
  const { user, unit, plainName, fingerprint, reload, startTimeoutSeconds, health, turn } = wanted;
  const serves = servesLeaf({ user, unit }, certificate);
  const record = { started: fingerprint, reloaded: reload?.fingerprint ?? "", servesLeaf: serves };
  if (verb === "asleep") return { kind: "asleep", account, unit, plainName, record };
  if (verb === "reload" && reload !== undefined) {
    const { container, command } = reload;
    return { kind: "reload-unit", account, unit, plainName, container, command, record };
  }
  const fact = unitFact(facts, { user, unit });
  const limits = {
    startTimeoutSeconds,
    stopTimeoutSeconds: limitOf(fact?.stopLimitSeconds),
    ...(wanted.tellsProgress && { tellsProgress: true as const }),
  };
  return {
    kind: "unit",
    account,
    unit,
    plainName,
    verb: verb === "start" ? "start" : "restart",
    ...(turn !== undefined && { turn }),
    ...(untouched && { untouched }),
    ...(beside && { beside }),
    ...limits,
    health,
    record,
  };
}
