/** Reloads and starts managers and system units, and remembers what they were started with. */
import { asUser } from "../commands/accounts.ts";
import { enterNamespace, migrate } from "../commands/podman.ts";
import { controlUnits, enableNow, managerUnit, reloadManager } from "../commands/systemd.ts";
import type { AccountFact } from "../model/facts.ts";
import { unitKey } from "../model/record-keys.ts";
import type { ApplyContext, Of } from "./context.ts";

export async function reloadSystem(context: ApplyContext): Promise<void> {
  await context.system.runner.run(reloadManager("system"));
}

export async function runSystemUnit(context: ApplyContext, change: Of<"system-unit">): Promise<void> {
  const { runner } = context.system;
  await runner.run(enableNow(change.unit));
  if (change.verb !== "start") await runner.run(controlUnits("system", change.verb, [change.unit]));
  await context.applied.started(unitKey("root", change.unit), change.fingerprint);
}

/** Type=notify: the command returns when the manager is ready, there is nothing to poll. */
export async function runManager(context: ApplyContext, change: Of<"manager">): Promise<void> {
  const unit = managerUnit(change.account.uid);
  await context.system.runner.run(controlUnits("system", change.verb, [unit]));
  if (change.verb === "start") await mendPodman(context, change.account);
  await context.applied.started(unitKey("root", unit), change.fingerprint);
}

/** A manager that was killed leaves containers behind that podman takes for running: it then refuses everything. */
async function mendPodman(context: ApplyContext, account: AccountFact): Promise<void> {
  const { runner } = context.system;
  const enter = asUser(account, enterNamespace());
  if ((await runner.probe(enter)).exitCode === 0) return;
  // podman 5.4 does what is needed, and then crashes over the container that is gone.
  await runner.probe(asUser(account, migrate()));
  await runner.run(enter);
}

export async function reloadUser(context: ApplyContext, change: Of<"reload-user">): Promise<void> {
  await context.system.runner.run(asUser(change.account, reloadManager("user")));
}
