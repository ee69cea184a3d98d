/** Managers and system units: reloaded, started, stopped, and remembered with what they were started with. */
import { asUser } from "../commands/accounts.ts";
import { parseUnits } from "../commands/shown-units.ts";
import {
  controlUnits,
  disableNow,
  enableNow,
  forgetState,
  managerUnit,
  reloadManager,
  runtimeUnit,
  showUnits,
} from "../commands/systemd.ts";
import type { Of } from "../model/change.ts";
import { unitKey } from "../model/record-keys.ts";
import type { ApplyContext, Handlers } from "./context.ts";
import { mendPodman } from "./mend-podman.ts";

type Kinds = "reload-system" | "reload-user" | "system-unit" | "disable" | "manager" | "stop-manager";

export const MANAGERS: Handlers<Kinds> = {
  "reload-system": ({ system }) => system.runner.run(reloadManager("system")),
  "reload-user": ({ system }, { account }) => system.runner.run(asUser(account, reloadManager("user"))),
  "system-unit": runSystemUnit,
  disable,
  manager: runManager,
  "stop-manager": stopManager,
};

async function runSystemUnit({ system, applied }: ApplyContext, change: Of<"system-unit">): Promise<void> {
  const { unit, verb, fingerprint } = change;
  await system.runner.run(enableNow(unit));
  if (verb !== "start") await system.runner.run(controlUnits("system", verb, [unit]));
  if (fingerprint !== undefined) await applied.started(unitKey("root", unit), fingerprint);
}

async function disable({ system: { runner } }: ApplyContext, { unit }: Of<"disable">): Promise<void> {
  await runner.run(disableNow(unit)).catch(async (error: unknown) => {
    // Where one that was cut off has done it, its file may be gone as well.
    const [fact] = parseUnits((await runner.probe(showUnits("system", [unit]))).stdout);
    if (fact?.load !== "not-found" || fact.active === "active") throw error;
  });
  // When it last ran, which systemd keeps for a timer that makes up for missed times.
  if (unit.endsWith(".timer")) await runner.probe(forgetState(unit));
}

/** Type=notify: the command returns when the manager is ready, there is nothing to poll. */
async function runManager(
  context: ApplyContext,
  { account, verb, fingerprint, runtime }: Of<"manager">,
): Promise<void> {
  const unit = managerUnit(account.uid);
  const units = runtime === true ? [runtimeUnit(account.uid), unit] : [unit];
  await context.system.runner.run(controlUnits("system", verb, units));
  // One that was killed leaves containers behind that podman takes for running.
  if (verb === "start" || runtime === true) await mendPodman(context.system, account);
  if (fingerprint !== undefined) await context.applied.started(unitKey("root", unit), fingerprint);
}

async function stopManager({ system: { runner } }: ApplyContext, { account }: Of<"stop-manager">): Promise<void> {
  await runner.run(controlUnits("system", "stop", [managerUnit(account.uid)]));
  await runner.probe(controlUnits("system", "reset-failed", [managerUnit(account.uid)]));
}
