/** What a plan takes down for a while, and about how long: by how long its units took to start the last time. */
import type { StateFacts } from "../model/facts.ts";
import { groupBy } from "../model/group-by.ts";
import type { ServiceName } from "../model/names.ts";
import type { Draft, Outage } from "../model/plan.ts";
import { unitKey } from "../model/record-keys.ts";
import type { DesiredState, DesiredUnit } from "../model/resource.ts";
import { unitFact } from "../model/unit-state.ts";

/** Only what is up now can go down: a first install has no outage. */
export function findOutages(
  desired: DesiredState,
  facts: Pick<StateFacts, "units">,
  changes: readonly Draft[],
): readonly Outage[] {
  const units = new Map(desired.units.map((unit) => [unitKey(unit.user, unit.unit), unit]));
  const touched = changes.flatMap(({ change }) => {
    // Side by side nothing goes down.
    const isDown = change.kind === "unit" && change.beside === undefined;
    const unit = isDown ? units.get(unitKey(change.account.user, change.unit)) : undefined;
    return unit !== undefined && startOf(unit, facts).isUp ? [unit] : [];
  });
  const copied = new Set(changes.flatMap(({ change }) => (change.kind === "snapshot" ? [change.service] : [])));
  const restarted = [...groupBy(touched, serviceOf)].flatMap(([service, all]): readonly Outage[] => {
    const units = all.filter((unit) => unit.kind !== "socket");
    if (units.length === 0) return [];
    const down = all.some((unit) => unit.kind === "socket") || !waits(service, desired) ? "down" : "wait";
    const kind = copied.has(service) ? "copied" : down;
    return [{ service, units: units.map((unit) => unit.plainName), seconds: longestStart(units, facts), kind }];
  });
  const again = new Set(touched.map(({ user, unit }) => unitKey(user, unit)));
  const isOver = ({ change }: Draft) => change.kind !== "stop" || !again.has(unitKey(change.account.user, change.unit));
  return [...restarted, ...stopped(changes.filter(isOver))];
}

function stopped(changes: readonly Draft[]): readonly Outage[] {
  const stops = changes.flatMap(({ service, change }) =>
    change.kind === "stop" && service !== undefined && !change.unit.endsWith(".socket")
      ? [{ service, unit: change.unit.replace(/\.service$/, "") }]
      : [],
  );
  return [...groupBy(stops, serviceOf)].map(([service, list]) => ({
    service,
    units: list.map((stop) => stop.unit),
    seconds: undefined,
    kind: "gone",
  }));
}

function serviceOf({ service }: { readonly service: ServiceName }): ServiceName {
  return service;
}

/** Where systemd listens for it, requests queue until it is back. */
function waits(service: ServiceName, desired: DesiredState): boolean {
  return desired.units.some((unit) => unit.service === service && unit.kind === "socket");
}

/** Along the order in which units wait for one another. */
function longestStart(units: readonly DesiredUnit[], facts: Pick<StateFacts, "units">): number | undefined {
  const known = new Map<string, number>();
  const until = (unit: DesiredUnit): number => {
    const found = known.get(unit.unit);
    if (found !== undefined) return found;
    const callees = units.filter((other) => unit.after.includes(other.unit));
    const seconds = Math.max(0, ...callees.map(until)) + (startOf(unit, facts).seconds ?? 0);
    known.set(unit.unit, seconds);
    return seconds;
  };
  const longest = Math.max(...units.map(until));
  return units.some((unit) => startOf(unit, facts).seconds !== undefined) ? Math.ceil(longest) : undefined;
}

function startOf(
  unit: DesiredUnit,
  facts: Pick<StateFacts, "units">,
): { readonly isUp: boolean; readonly seconds: number | undefined } {
  const fact = unitFact(facts, unit);
  return { isUp: fact?.active === "active", seconds: fact?.startSeconds };
}
