/** The units of a service while its data are taken or put back: which run, stop, start, and what they hold. */
import { asUser } from "../commands/accounts.ts";
import { controlUnits } from "../commands/systemd.ts";
import { countRows } from "../facts/data.ts";
import { askManager } from "../facts/units.ts";
import type { IndexedBackup } from "../model/backup.ts";
import type { Count } from "../model/count.ts";
import { userError } from "../model/diagnostic.ts";
import type { IndexedService } from "../model/index-file.ts";
import { isRunning } from "../model/unit-state.ts";
import type { System } from "../system/interfaces.ts";
import type { Scene } from "./scene.ts";

/** A database recovers, a model loads: each unit's own TimeoutStartSec ends it before. */
const LONGEST_START_MS = 2 * 60 * 60 * 1000;

/** Those that run, or are on their way. */
export async function unitsThatRun(system: System, service: IndexedService): Promise<ReadonlySet<string>> {
  const facts = await askManager(
    system,
    service,
    service.units.map(({ unit }) => unit),
  );
  if (facts === undefined)
    throw userError(
      "not-running",
      `the user manager of ${service.user} does not run`,
      `sudo systemctl start user@${service.uid}.service`,
    );
  return new Set(facts.filter(({ active }) => isRunning(active)).map(({ unit }) => unit));
}

export async function stopUnits(system: System, service: IndexedService, units: readonly string[]): Promise<void> {
  if (units.length === 0) return;
  await system.runner.run(asUser(service, controlUnits("user", "stop", units)));
}

/** Ends when they are healthy, where they have a check. */
export async function startUnits(system: System, service: IndexedService, units: readonly string[]): Promise<void> {
  if (units.length === 0) return;
  // A unit that failed too often refuses to start until somebody says so.
  await system.runner.probe(asUser(service, controlUnits("user", "reset-failed", units)));
  await system.runner.run(asUser(service, controlUnits("user", "start", units, { timeoutMs: LONGEST_START_MS })));
  const up = await unitsThatRun(system, service);
  const down = units.filter((unit) => !up.has(unit));
  if (down.length > 0)
    throw userError("unit-failed", `${down.join(", ")} did not come up again`, `sudo svc status ${service.name}`);
}

/** Every count of the service; those that are not among `names` are not known. */
export async function countData(
  scene: Scene,
  service: IndexedService,
  { counts }: IndexedBackup,
  names: readonly string[],
): Promise<readonly Count[]> {
  const found: Count[] = [];
  for (const { name, container, command } of counts) {
    const count = names.includes(name) ? await countRows(scene.system, service, { container, command }) : null;
    if (count === null && names.includes(name)) scene.complain(`${service.name}: ${name} could not be counted`);
    found.push({ name, count });
  }
  return found;
}
