/** Why a unit did not come up: as `svc status` says it, or else as its own log and its health check do. */
import { asUser } from "../commands/accounts.ts";
import { userUnitLogs } from "../commands/journal.ts";
import { checkHealth } from "../commands/podman.ts";
import type { Of } from "../model/change.ts";
import { type UserError, userError } from "../model/diagnostic.ts";
import type { UnitFact } from "../model/facts.ts";
import { notComeUp } from "../model/not-up.ts";
import { visible } from "../model/visible.ts";
import type { ApplyContext } from "./context.ts";

const LOG_LINES = 20;

/** A UserError: the cause, or the state and what the health check says, and the last log lines, as far as there are any. */
export async function unitFailure(
  context: ApplyContext,
  change: Of<"unit">,
  fact: UnitFact | undefined,
): Promise<UserError> {
  const { plainName } = change;
  const told = await context.tellWhy?.(change);
  const tail = told?.log ?? (await rawLog(context, change));
  const log = tail.length === 0 ? [] : ["  its last log lines:", ...tail.map((line) => `    ${line}`)];
  if (told?.sentence !== undefined) return notComeUp(plainName, { ...told, sentence: told.sentence }, log);
  const state = `${plainName} did not come up (${fact?.active ?? "unknown"}, ${fact?.result ?? "no state"})`;
  const lines = [state, ...(await probeWords(context, change, fact)), ...log];
  return userError("unit-failed", lines.join("\n"), `svc logs ${plainName}`);
}

async function rawLog({ system }: ApplyContext, { account, unit }: Of<"unit">): Promise<readonly string[]> {
  const logs = await system.runner.probe(userUnitLogs(account.uid, [unit], { lines: LOG_LINES, output: "cat" }));
  const text = logs.stdout.trim();
  return text === "" ? [] : text.split("\n").map(visible);
}

async function probeWords(
  { system }: ApplyContext,
  { account, health }: Of<"unit">,
  fact: UnitFact | undefined,
): Promise<readonly string[]> {
  if (health === undefined || fact?.active !== "activating") return [];
  const probe = await system.runner.probe(asUser(account, checkHealth(health.container)));
  const answer = `${probe.stdout}${probe.stderr}`.trim();
  if (answer === "") return [];
  return [`  its health check says: ${answer.split("\n").slice(-3).map(visible).join("\n  ")}`];
}
