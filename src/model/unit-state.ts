/** What is known of a unit, and what systemd's ActiveState says of it. */
import type { StateFacts, UnitFact } from "./facts.ts";
import type { UserName } from "./names.ts";

const RUNNING = ["active", "activating", "reloading"];

/** Up, on its way, or between tries to be: a unit that takes its files over anew is up meanwhile. */
export function isRunning(active: string | undefined): boolean {
  return active !== undefined && RUNNING.includes(active);
}

/** Undefined where nobody asked, or the manager did not answer. */
export function unitFact(
  { units }: Pick<StateFacts, "units">,
  { user, unit }: { readonly user: UserName; readonly unit: string },
): UnitFact | undefined {
  return units.get(user)?.find((fact) => fact.unit === unit);
}
