/** User managers and system units: started where they are down, restarted where what they were started with changed. */

import type { StateFacts } from "../model/facts.ts";
import type { Draft } from "../model/plan.ts";
import { unitKey } from "../model/record-keys.ts";
import type { DesiredAccount, DesiredFile, DesiredState, DesiredSystemUnit } from "../model/resource.ts";
import { plainAccount } from "./accounts.ts";
import { because, planned } from "./change.ts";

const NOT_RUNNING = because("down", "not running");

export function compareManagers(
  desired: Pick<DesiredState, "accounts" | "files" | "systemUnits">,
  facts: StateFacts,
  fileChanges: readonly Draft[],
): readonly Draft[] {
  const roles = desired.files.map((file) => file.role).filter((role) => role.kind === "manager-drop-in");
  const dropIns = new Map(roles.map((role) => [role.user, role.fingerprint]));
  const changes = [
    ...desired.systemUnits.flatMap((unit) => compareSystemUnit(unit, facts)),
    ...desired.accounts.flatMap((account) => compareManager(account, dropIns.get(account.user) ?? "", facts)),
  ];
  const reload = fileChanges.some(({ change }) => change.kind === "file" && isSystemUnit(change.file));
  if (!reload && changes.length === 0) return changes;
  const reason = because("follows", "unit files of the system manager changed");
  return [
    planned("managers", "run", undefined, "systemctl daemon-reload", reason, { kind: "reload-system" }),
    ...changes,
  ];
}

function isSystemUnit(file: DesiredFile): boolean {
  return file.role.kind === "system-unit" || file.role.kind === "manager-drop-in";
}

function compareSystemUnit(unit: DesiredSystemUnit, facts: StateFacts): readonly Draft[] {
  const active = facts.systemUnits.find((fact) => fact.unit === unit.unit)?.active === "active";
  const current = facts.applied.units[unitKey("root", unit.unit)] === unit.fingerprint;
  // Somebody may have flushed them: `nft flush ruleset` asks no unit.
  const lost = unit.table !== undefined && facts.missingTables.includes(unit.table);
  if (active && current && !lost) return [];
  const verb = !active ? "start" : unit.table !== undefined ? "reload" : "restart";
  const reason = !active
    ? NOT_RUNNING
    : lost
      ? because("down", "its rules are not loaded")
      : because("changed", "its rules changed");
  return [
    planned("managers", "run", undefined, `${verb} ${unit.unit}`, reason, {
      kind: "system-unit",
      unit: unit.unit,
      verb,
      fingerprint: unit.fingerprint,
    }),
  ];
}

/** It runs with the drop-in that is wanted: nothing restarts it. */
export function managerStays(account: DesiredAccount, fingerprint: string, facts: StateFacts): boolean {
  const { active, cutOff } = facts.managers.get(account.user) ?? {};
  if (active !== "active" || cutOff === true) return false;
  return facts.applied.units[unitKey("root", `user@${account.uid}.service`)] === fingerprint;
}

function compareManager(account: DesiredAccount, fingerprint: string, facts: StateFacts): readonly Draft[] {
  if (managerStays(account, fingerprint, facts)) return [];
  const fact = facts.managers.get(account.user);
  const active = fact?.active === "active";
  const cutOff = active && fact.cutOff === true;
  const unit = `user@${account.uid}.service`;
  const verb = active ? "restart" : "start";
  const gone = because("down", `/run/user/${account.uid} is gone, and nothing reaches it`);
  const changed = because("changed", "its limits or its environment changed");
  const reason = cutOff ? gone : active ? changed : NOT_RUNNING;
  return [
    planned("managers", "run", account.service, `${verb} the user manager of ${account.user} (${unit})`, reason, {
      kind: "manager",
      account: plainAccount(account),
      verb,
      fingerprint,
      ...(cutOff && { runtime: true as const }),
    }),
  ];
}
