/** Stops units of one user, while their files are still there: a unit whose file is gone cannot be stopped properly. */
import { asUser } from "../commands/accounts.ts";
import { controlUnits, managerSocket } from "../commands/systemd.ts";
import type { Of } from "../model/change.ts";
import type { AccountFact } from "../model/facts.ts";
import { waitFor } from "../model/waiting.ts";
import type { System } from "../system/interfaces.ts";
import type { ApplyContext, StepOf } from "./context.ts";
import { statesOf } from "./unit-states.ts";

export async function stopUnits(context: ApplyContext, steps: readonly StepOf<"stop">[]): Promise<void> {
  const [first] = steps;
  if (first === undefined) return;
  const stops = steps.map(({ change }) => change);
  context.reporter.progress(`stopping ${stops.map(({ unit }) => unit).join(", ")}`);
  await stopAll(context.system, first.change.account, stops);
  for (const step of steps) context.reporter.done(step);
}

/** None of them runs then. */
export async function stopAll(
  system: System,
  account: AccountFact,
  stops: readonly Pick<Of<"stop">, "unit" | "timeoutSeconds">[],
): Promise<void> {
  const { runner } = system;
  const units = stops.map(({ unit }) => unit);
  const timeoutMs = waitFor(stops.map(({ timeoutSeconds }) => timeoutSeconds));
  await runner
    .run(asUser(account, controlUnits("user", "stop", units, { timeoutMs })))
    .catch(async (error: unknown) => {
      // Nothing to stop is what is wanted; systemctl calls it a failure.
      if (await anyRuns(system, account, units)) throw error;
    });
  // One that failed would stay in the manager's list, without a file.
  await runner.probe(asUser(account, controlUnits("user", "reset-failed", units)));
}

/** Where a manager does not answer, nobody knows: then they may run. */
async function anyRuns(system: System, account: AccountFact, units: readonly string[]): Promise<boolean> {
  if ((await system.files.stat(managerSocket(account.uid))) === undefined) return false;
  const facts = await statesOf(system, account, units);
  return units.some((unit) => {
    const active = facts.find((fact) => fact.unit === unit)?.active;
    return active !== "inactive" && active !== "failed";
  });
}
