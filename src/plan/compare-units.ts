/** User units: started where they are down, reloaded or restarted where what they run with is not what is wanted. */

import type { StateFacts, UnitFact } from "../model/facts.ts";
import { groupBy } from "../model/group-by.ts";
import type { ServiceName, UserName } from "../model/names.ts";
import type { Draft } from "../model/plan.ts";
import type { Reason } from "../model/reason.ts";
import { unitKey } from "../model/record-keys.ts";
import type { DesiredFile, DesiredState, DesiredUnit } from "../model/resource.ts";
import { isBetweenTries, OFTEN } from "../model/tries.ts";
import { unitFact } from "../model/unit-state.ts";
import { accountIn, accountsOf, plainAccount } from "./accounts.ts";
import { because, planned } from "./change.ts";
import { sideBySide } from "./side-by-side.ts";
import { findSleepers, type Sleepers } from "./sleepers.ts";
import { type Run, unitChange } from "./unit-change.ts";
import { whatChanged } from "./unit-changes.ts";

const UNITS_CHANGED = because("follows", "its units changed");
const MANAGER_RESTARTS = because("follows", "its user manager restarts");
const DATA_COPIED = because("follows", "its data are copied before");
const POD_RESTARTS = because("follows", "its pod restarts");
const MADE_ANEW = because("asked", "made anew, as was asked for");

interface Decision extends Run {
  readonly reason: Reason;
}

/** What befalls whole services in the same plan. */
export interface Befalls {
  /** All their units are down by then. */
  readonly quiet: ReadonlySet<ServiceName>;
  /** They have data, and get other images. */
  readonly moved: ReadonlySet<ServiceName>;
  /** Their containers are made anew, whatever they are like. */
  readonly remade: ReadonlySet<ServiceName>;
}

export const NOTHING_BEFALLS: Befalls = { quiet: new Set(), moved: new Set(), remade: new Set() };

export function compareUnits(
  desired: DesiredState,
  facts: StateFacts,
  earlier: readonly Draft[],
  { quiet, moved, remade }: Befalls,
): readonly Draft[] {
  // What changes for a unit changes under the name of its service.
  const changesOf = groupBy(earlier, (change) => change.service);
  const filesOf = groupBy(desired.files, (file) => file.service);
  const own = (unit: DesiredUnit): Own => ({
    files: filesOf.get(unit.service) ?? [],
    changes: changesOf.get(unit.service) ?? [],
    isQuiet: quiet.has(unit.service),
    // A socket holds connections, and no container.
    isRemade: remade.has(unit.service) && unit.kind !== "socket",
  });
  const sleepers = findSleepers(desired.units, facts);
  const decisions = withPods(
    desired.units.flatMap((unit) => decide(unit, desired, facts, own(unit), sleepers)),
    desired.units,
  );
  const users = new Set<UserName>([
    ...usersToReload(desired.units, facts, earlier),
    ...decisions.filter((d) => d.verb !== "reload" && d.verb !== "asleep").map((d) => d.unit.user),
  ]);
  const reloads = desired.accounts
    .filter((account) => users.has(account.user))
    .map((account) =>
      planned("units", "run", account.service, `reload the user manager of ${account.user}`, UNITS_CHANGED, {
        kind: "reload-user",
        account: plainAccount(account),
      }),
    );
  const accounts = accountsOf(desired.accounts);
  const starting = decisions.flatMap(({ unit, verb }) => (verb === "start" || verb === "restart" ? [unit] : []));
  const runs = decisions.map((decision) => {
    const { unit, verb, reason } = decision;
    const beside = verb === "restart" ? sideBySide(unit, { facts, accounts, earlier, moved, starting }) : undefined;
    const change = unitChange(decision, accountIn(accounts, unit.user), desired, facts, beside);
    return planned("start", "run", unit.service, inWords(decision, beside), reason, change);
  });
  const stops = sleepers.stops.map(({ unit, reason, timeoutSeconds }) => {
    const account = accountIn(accounts, unit.user);
    const change = { kind: "stop", account, unit: unit.unit, timeoutSeconds } as const;
    return planned("prune-stop", "run", unit.service, `stop ${unit.plainName}`, reason, change);
  });
  return [...stops, ...reloads, ...runs];
}

function inWords({ unit: { plainName }, verb }: Decision, beside: object | undefined): string {
  if (beside !== undefined) return `replace ${plainName} side by side`;
  return verb === "asleep" ? `${plainName} stays asleep` : `${verb} ${plainName}`;
}

/** The files of a unit's service, and what happens to that service before its units are looked at. */
interface Own {
  readonly files: readonly DesiredFile[];
  readonly changes: readonly Draft[];
  readonly isQuiet: boolean;
  readonly isRemade: boolean;
}

function decide(
  unit: DesiredUnit,
  desired: DesiredState,
  facts: StateFacts,
  own: Own,
  sleepers: Sleepers,
): readonly Decision[] {
  const fact = unitFact(facts, unit);
  const differs = whatChanged(unit, desired, facts, own.changes);
  const asleep = sleepers.reasonOf(unit);
  // What it will be started with is what is there by then.
  if (asleep !== undefined) return differs === undefined ? [] : [{ unit, verb: "asleep", reason: asleep }];
  const changed = own.isRemade ? ({ verb: "restart", reason: MADE_ANEW } as const) : differs;
  if (fact?.active !== "active") {
    const outdated = changed !== undefined && comesUpByItself(unit, fact, facts, own);
    if (outdated) {
      const { code, text } = whyDown(fact);
      return [{ unit, verb: "restart", reason: because(code, `${text}, and what it starts with changed`) }];
    }
    const untouched = changed === undefined && own.changes.length === 0;
    return [{ unit, verb: "start", reason: whyDown(fact), ...(untouched && { untouched }) }];
  }
  const managerRestarts = own.changes.some(
    ({ change }) => change.kind === "manager" && change.account.user === unit.user && change.verb === "restart",
  );
  const goesDown = managerRestarts || own.isQuiet;
  if (changed !== undefined && !(goesDown && changed.verb === "reload")) return [{ unit, ...changed }];
  return goesDown ? [{ unit, verb: "start", reason: managerRestarts ? MANAGER_RESTARTS : DATA_COPIED }] : [];
}

/**
 * By the time of our start job such a unit is on its way already, or up, with what was there before; starting it then
 * does nothing. A manager that starts finds the unit files of the last run and starts them all.
 */
function comesUpByItself(
  unit: DesiredUnit,
  fact: UnitFact | undefined,
  facts: StateFacts,
  { files, changes }: Own,
): boolean {
  if (fact?.active === "activating") return true;
  const managerStarts = changes.some(({ change }) => change.kind === "manager" && change.account.user === unit.user);
  const hasUnits = files.some(
    ({ path, role }) => role.kind === "user-unit" && role.user === unit.user && facts.paths.get(path)?.kind === "file",
  );
  return managerStarts && hasUnits;
}

function whyDown(fact: UnitFact | undefined): Reason {
  if (fact === undefined || fact.load === "not-found") return because("missing", "not there yet");
  if (fact.active === "activating") return whyStarting(fact);
  if (fact.active === "failed") return because("failed", `failed (${fact.result})`);
  return because("down", "not running");
}

function whyStarting(fact: UnitFact): Reason {
  const { result, restarts } = fact;
  if (!isBetweenTries(fact) && restarts < OFTEN) return because("starting", "still starting");
  // A new try forgets how the one before ended.
  const how = result === "" || result === "success" ? "" : ` (${result})`;
  if (restarts < OFTEN) return because("failed", `failed${how}, and waits for its next try`);
  return because("failed", `fails again and again${how}: started again ${restarts} times`);
}

/** A pod takes its members down and up with it: they are started again, not restarted a second time. */
function withPods(decisions: readonly Decision[], units: readonly DesiredUnit[]): readonly Decision[] {
  const pods = decisions.filter((d) => d.unit.kind === "pod" && d.verb === "restart").map((d) => d.unit);
  const restarting = new Set(pods.map((pod) => unitKey(pod.user, pod.unit)));
  const isMember = ({ user, podUnit }: DesiredUnit) => podUnit !== undefined && restarting.has(unitKey(user, podUnit));
  const others = decisions.filter((decision) => !isMember(decision.unit));
  const members = units.filter(isMember).map((unit): Decision => ({ unit, verb: "start", reason: POD_RESTARTS }));
  return [...others, ...members];
}

function usersToReload(
  units: readonly DesiredUnit[],
  facts: StateFacts,
  earlier: readonly Draft[],
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
