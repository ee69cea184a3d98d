/** What the manager of a user says of its units now. */
import { asUser } from "../commands/accounts.ts";
import { parseUnits } from "../commands/shown-units.ts";
import { showUnits } from "../commands/systemd.ts";
import type { AccountFact, UnitFact } from "../model/facts.ts";
import type { System } from "../system/interfaces.ts";

/** Empty where the manager does not answer. */
export async function statesOf(
  { runner }: System,
  account: AccountFact,
  units: readonly string[],
): Promise<readonly UnitFact[]> {
  if (units.length === 0) return [];
  const { exitCode, stdout } = await runner.probe(asUser(account, showUnits("user", units)));
  return exitCode === 0 ? parseUnits(stdout) : [];
}
