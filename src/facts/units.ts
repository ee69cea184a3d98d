/** Units: one `systemctl show` for each manager that runs, whatever the number of units. */
import { asUser } from "../commands/accounts.ts";
import { parseUnits } from "../commands/shown-units.ts";
import { managerSocket, showUnits } from "../commands/systemd.ts";
import type { AccountFact, UnitFact } from "../model/facts.ts";
import type { System } from "../system/interfaces.ts";

/** Empty where the user's manager does not run: nothing of it does then. */
export async function gatherUserUnits(
  system: System,
  account: AccountFact,
  units: readonly string[],
): Promise<readonly UnitFact[]> {
  return units.length === 0 ? [] : ((await askManager(system, account, units)) ?? []);
}

/** Undefined where no manager is behind the socket; throws a UserError where one is and does not answer in time. */
export async function askManager(
  system: System,
  account: AccountFact,
  units: readonly string[],
  timeoutMs?: number,
): Promise<readonly UnitFact[] | undefined> {
  if (!(await managerRuns(system, account.uid))) return undefined;
  const { exitCode, stdout } = await system.runner.probe(asUser(account, showUnits("user", units, timeoutMs)));
  return exitCode === 0 ? parseUnits(stdout) : undefined;
}

export async function gatherSystemUnits(system: System, units: readonly string[]): Promise<readonly UnitFact[]> {
  if (units.length === 0) return [];
  return parseUnits((await system.runner.probe(showUnits("system", units))).stdout);
}

/** The socket that `systemctl --user` talks to. */
export async function managerRuns(system: System, uid: number): Promise<boolean> {
  return (await system.files.stat(managerSocket(uid))) !== undefined;
}
