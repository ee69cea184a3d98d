/** systemctl, for root's manager and (wrapped in asUser) for a user's. */
import type { Command } from "../model/command.ts";

/** Whose manager is asked; "user" commands go through asUser. */
export type Manager = "system" | "user";
export type UnitVerb = "start" | "stop" | "restart" | "reload" | "try-restart" | "reset-failed";

/** What facts read of every unit; `systemctl show` prints all units of one call, separated by an empty line. */
const UNIT_PROPERTIES = [
  "Id",
  "LoadState",
  "ActiveState",
  "SubState",
  "Result",
  "NeedDaemonReload",
  "ActiveEnterTimestamp",
  "ActiveEnterTimestampMonotonic",
  "InactiveExitTimestampMonotonic",
  "TimeoutStartUSec",
  "TimeoutStopUSec",
  "NRestarts",
  "MainPID",
  "Job",
] as const;

const QUERY_MS = 20_000;
/** user@UID.service may stop for as long as its TimeoutStopSec allows; units bring their own budget. */
const DEFAULT_JOB_MS = 600_000;

export interface JobOptions {
  /** Queue the job and return: readiness of a slow service is polled, not waited for in one call. */
  readonly noBlock?: boolean;
  readonly timeoutMs?: number;
}

export function reloadManager(scope: Manager): Command {
  return { argv: systemctl(scope, ["daemon-reload"]), timeoutMs: 120_000 };
}

export function controlUnits(
  scope: Manager,
  verb: UnitVerb,
  units: readonly string[],
  options: JobOptions = {},
): Command {
  const flags = options.noBlock === true ? ["--no-block"] : [];
  return { argv: systemctl(scope, [verb, ...flags, "--", ...units]), timeoutMs: options.timeoutMs ?? DEFAULT_JOB_MS };
}

/** Only for real unit files: what quadlet generates cannot be enabled, it is wanted through [Install]. */
export function enableNow(unit: string): Command {
  return { argv: systemctl("system", ["enable", "--now", "--", unit]), timeoutMs: DEFAULT_JOB_MS };
}

export function disableNow(unit: string): Command {
  return { argv: systemctl("system", ["disable", "--now", "--", unit]), timeoutMs: DEFAULT_JOB_MS };
}

/** Stamps and directories that systemd keeps for a unit that is stopped. */
export function forgetState(unit: string): Command {
  return { argv: systemctl("system", ["clean", "--what=state", "--", unit]), timeoutMs: QUERY_MS };
}

export function showUnits(scope: Manager, units: readonly string[], timeoutMs: number = QUERY_MS): Command {
  const argv = systemctl(scope, ["show", `--property=${UNIT_PROPERTIES.join(",")}`, "--", ...units]);
  return { argv, timeoutMs };
}

/** The same of a user's units, with what they use. */
export function showUsage(units: readonly string[], timeoutMs: number): Command {
  const properties = [...UNIT_PROPERTIES, "ControlGroup", "MemoryCurrent", "CPUUsageNSec", "TasksCurrent"];
  return { argv: systemctl("user", ["show", `--property=${properties.join(",")}`, "--", ...units]), timeoutMs };
}

/** How units last ended, and when they last changed, in seconds since 1970 with an @ in front. */
export function showEndings(units: readonly string[], timeoutMs: number): Command {
  const properties =
    "Id,ExecMainCode,ExecMainStatus,ExecMainExitTimestamp,InactiveExitTimestamp,ActiveEnterTimestamp,ActiveExitTimestamp";
  const argv = systemctl("user", ["show", "--timestamp=unix", `--property=${properties}`, "--", ...units]);
  return { argv, timeoutMs };
}

/** When the last run of a unit of root's manager ended, in seconds since 1970 with an @ in front, and with which code. */
export function showLastEnd(unit: string): Command {
  const argv = systemctl("system", [
    "show",
    "--timestamp=unix",
    "--property=Id,ExecMainExitTimestamp,ExecMainStatus",
    "--",
    unit,
  ]);
  return { argv, timeoutMs: QUERY_MS };
}

/** Of user managers: as configured, whether they run or were ever started. */
export function showLimits(units: readonly string[]): Command {
  const properties = "Id,FragmentPath,DropInPaths,LimitNOFILE,LimitNPROC,LimitMEMLOCK";
  return { argv: systemctl("system", ["show", `--property=${properties}`, "--", ...units]), timeoutMs: QUERY_MS };
}

export function systemdVersion(): Command {
  return { argv: ["systemctl", "--version"], timeoutMs: QUERY_MS };
}

/** There while a user's manager runs: `systemctl --user` talks to it. */
export function managerSocket(uid: number): string {
  return `/run/user/${uid}/systemd/private`;
}

/** The unit that makes /run/user/UID. */
export function runtimeUnit(uid: number): string {
  return `user-runtime-dir@${uid}.service`;
}

/** The unit that runs a user's manager. */
export function managerUnit(uid: number): string {
  return `user@${uid}.service`;
}

function systemctl(scope: Manager, words: readonly string[]): readonly [string, ...string[]] {
  return scope === "user" ? ["systemctl", "--user", ...words] : ["systemctl", ...words];
}
