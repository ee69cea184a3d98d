/** User units: started where they are down, restarted where what they run with is not what is wanted. */
import type { StateFacts, UnitFact } from "../model/facts.ts";
import type { UserName } from "../model/names.ts";
import type { PlannedChange } from "../model/plan.ts";
import type { DesiredSecret, DesiredState, DesiredUnit } from "../model/resource.ts";
import { planned } from "./change.ts";
import { appliedKey } from "./compare-managers.ts";
import { uidOf } from "./compare-stores.ts";

type Verb = "start" | "restart";
interface Decision {
  readonly unit: DesiredUnit;
  readonly verb: Verb;
  readonly reason: string;
}

export function compareUnits(
  desired: DesiredState,
  facts: StateFacts,
  earlier: readonly PlannedChange[],
): readonly PlannedChange[] {
  const decisions = withPods(
    desired.units.flatMap((unit) => decide(unit, desired, facts, earlier)),
    desired.units,
  );
  const users = new Set<UserName>([
    ...usersToReload(desired.units, facts, earlier),
    ...decisions.map((d) => d.unit.user),
  ]);
  const reloads = desired.accounts
    .filter((account) => users.has(account.user))
    .map((account) =>
      planned("units", "run", account.service, `reload the user manager of ${account.user}`, "its units changed", {
        kind: "reload-user",
        user: account.user,
        uid: account.uid,
      }),
    );
  const runs = decisions.map(({ unit, verb, reason }) =>
    planned("start", "run", unit.service, `${verb} ${unit.plainName}`, reason, {
      kind: "unit",
      unit,
      uid: uidOf(unit.user, desired.accounts),
      verb,
    }),
  );
  return [...reloads, ...runs];
}

function decide(
  unit: DesiredUnit,
  desired: DesiredState,
  facts: StateFacts,
  earlier: readonly PlannedChange[],
): readonly Decision[] {
  const fact = facts.units.get(unit.user)?.find((candidate) => candidate.unit === unit.unit);
  const changed = whyChanged(unit, desired, facts, earlier);
  if (fact?.active !== "active") {
    const outdated = changed !== undefined && comesUpByItself(unit, fact, desired, facts, earlier);
    if (outdated) return [{ unit, verb: "restart", reason: `${whyDown(fact)}, and what it starts with changed` }];
    return [{ unit, verb: "start", reason: whyDown(fact) }];
  }
  if (changed !== undefined) return [{ unit, verb: "restart", reason: changed }];
  const managerRestarts = earlier.some(
    ({ change }) => change.kind === "manager" && change.user === unit.user && change.verb === "restart",
  );
  return managerRestarts ? [{ unit, verb: "start", reason: "its user manager restarts" }] : [];
}

/**
 * By the time of our start job such a unit is on its way already, or up, with what was there before; starting it then
 * does nothing. A manager that starts finds the unit files of the last run and starts them all.
 */
function comesUpByItself(
  unit: DesiredUnit,
  fact: UnitFact | undefined,
  desired: DesiredState,
  facts: StateFacts,
  earlier: readonly PlannedChange[],
): boolean {
  if (fact?.active === "activating") return true;
  const managerStarts = earlier.some(({ change }) => change.kind === "manager" && change.user === unit.user);
  const hasUnits = desired.files.some(
    ({ path, role }) => role.kind === "user-unit" && role.user === unit.user && facts.paths.get(path)?.kind === "file",
  );
  return managerStarts && hasUnits;
}

function whyDown(fact: UnitFact | undefined): string {
  if (fact === undefined || fact.load === "not-found") return "not there yet";
  if (fact.active === "activating") return "still starting";
  if (fact.active === "failed") return `failed (${fact.result})`;
  return "not running";
}

function whyChanged(
  unit: DesiredUnit,
  desired: DesiredState,
  facts: StateFacts,
  earlier: readonly PlannedChange[],
): string | undefined {
  for (const { change } of earlier) {
    if (change.kind === "certificate" && change.leaf && isTlsUnit(unit, desired)) return "its certificate changes";
    if (change.kind === "secret" && isReader(unit, change.secret)) {
      return `its secret ${change.secret.name} is made anew`;
    }
  }
  const applied = facts.applied.units[appliedKey(unit.user, unit.unit)];
  if (applied === fingerprintWith(unit, desired, facts.certificate?.leaf?.fingerprint))
    return whyRepaired(unit, earlier);
  return applied === undefined ? "it was not started by this tool" : "its configuration changed";
}

/** Somebody changed one of its files and may have started it with that; what it runs with now is anybody's guess. */
function whyRepaired(unit: DesiredUnit, earlier: readonly PlannedChange[]): string | undefined {
  for (const { change, action } of earlier) {
    if (change.kind === "file" && change.before !== change.file.content && unit.files.includes(change.file.path)) {
      return `${change.file.path.split("/").at(-1)} is put back`;
    }
    // The container still has the deleted one mounted.
    if (change.kind === "directory" && action === "create" && unit.files.includes(change.directory.path)) {
      return `${change.directory.path} is made anew`;
    }
  }
  return undefined;
}

/** What a unit runs with, once started: one that serves the leaf, with one particular leaf, whatever its files say. */
export function fingerprintWith(
  unit: DesiredUnit,
  desired: Pick<DesiredState, "certificate">,
  leaf: string | undefined,
): string {
  return leaf !== undefined && isTlsUnit(unit, desired) ? `${unit.fingerprint} ${leaf}` : unit.fingerprint;
}

function isReader(unit: DesiredUnit, secret: DesiredSecret): boolean {
  return unit.user === secret.user && unit.secrets.includes(secret.name);
}

function isTlsUnit(unit: DesiredUnit, desired: Pick<DesiredState, "certificate">): boolean {
  return desired.certificate?.units.some((u) => u.user === unit.user && u.unit === unit.unit) ?? false;
}

/** A pod takes its members down and up with it: they are started again, not restarted a second time. */
function withPods(decisions: readonly Decision[], units: readonly DesiredUnit[]): readonly Decision[] {
  const restarting = decisions.filter((d) => d.unit.kind === "pod" && d.verb === "restart").map((d) => d.unit);
  const isMember = (unit: DesiredUnit) => restarting.some((pod) => pod.user === unit.user && pod.unit === unit.podUnit);
  const others = decisions.filter((decision) => !isMember(decision.unit));
  const members = units.filter(isMember).map((unit): Decision => ({ unit, verb: "start", reason: "its pod restarts" }));
  return [...others, ...members];
}

function usersToReload(
  units: readonly DesiredUnit[],
  facts: StateFacts,
  earlier: readonly PlannedChange[],
): readonly UserName[] {
  const swapped = earlier.flatMap(({ change }) => {
    const role = change.kind === "file" ? change.file.role : undefined;
    return role?.kind === "user-unit" ? [role.user] : [];
  });
  const stale = units
    .filter((unit) => facts.units.get(unit.user)?.some((fact) => fact.unit === unit.unit && fact.needsReload))
    .map((unit) => unit.user);
  return [...swapped, ...stale];
}
