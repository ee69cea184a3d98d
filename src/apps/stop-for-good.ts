/** Stopping as a person means it: what was still starting is not left as one that failed. */
import { asUser } from "../commands/accounts.ts";
import { controlUnits } from "../commands/systemd.ts";
import type { System } from "../system/interfaces.ts";
import { control } from "./control.ts";
import type { Target } from "./service-index.ts";

/** What somebody stopped has not failed, whatever it was doing when it was ended. */
export async function stopForGood(system: System, target: Target): Promise<void> {
  await control(system, "stop", target);
  const units = target.units.map(({ unit }) => unit);
  await system.runner.probe(asUser(target.service, controlUnits("user", "reset-failed", units)));
}
