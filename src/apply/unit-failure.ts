/** Why a unit did not come up, as its own log and its health check say. */
import { asUser } from "../commands/accounts.ts";
import { userUnitLogs } from "../commands/journal.ts";
import { checkHealth } from "../commands/podman.ts";
import type { Of } from "../model/change.ts";
import { type UserError, userError } from "../model/diagnostic.ts";
import type { UnitFact } from "../model/facts.ts";
import { visible } from "../model/visible.ts";
import type { ApplyContext } from "./context.ts";

const LOG_LINES = 20;

/** A UserError: the state, what the health check says, and the last log lines, as far as there are any. */
export async function unitFailure(
  context: ApplyContext,
  { account, unit, plainName, health }: Of<"unit">,
  fact: UnitFact | undefined,
): Promise<UserError> {
  const { runner } = context.system;
  const logs = await runner.probe(userUnitLogs(account.uid, [unit], { lines: LOG_LINES, output: "cat" }));
  const lines = [`${plainName} did not come up (${fact?.active ?? "unknown"}, ${fact?.result ?? "no state"})`];
  if (health !== undefined && fact?.active === "activating") {
    const probe = await runner.probe(asUser(account, checkHealth(health.container)));
    const answer = `${probe.stdout}${probe.stderr}`.trim();
    if (answer !== "") lines.push(`  its health check says: ${answer.split("\n").slice(-3).map(visible).join("\n  ")}`);
  }
  const tail = logs.stdout.trim();
  if (tail !== "") lines.push("  its last log lines:", ...tail.split("\n").map((line) => `    ${visible(line)}`));
  return userError("unit-failed", lines.join("\n"), `svc logs ${plainName}`);
}
