/** The default of a group comes back: after one that went to sleep, and after one that failed for good. */
import { asUser } from "../commands/accounts.ts";
import { controlUnits } from "../commands/systemd.ts";
import { UserError } from "../model/diagnostic.ts";
import type { IndexedService, ServiceIndex } from "../model/index-file.ts";
import type { System } from "../system/interfaces.ts";
import { readStates, type UnitState } from "./control.ts";
import { awakeInstead } from "./turns.ts";

/** By group, the failure after which its default was started: who stops the default later has stopped it. */
export type Returned = Readonly<Record<string, string>>;

export interface Brought {
  readonly said: readonly string[];
  readonly returned: Returned;
}

/** One that sleeps or was never tried is no failure; one that is tried again is awake. */
export async function bringDefaultsBack(system: System, index: ServiceIndex, before: Returned): Promise<Brought> {
  const said: string[] = [];
  const returned: Record<string, string> = {};
  for (const next of index.services) {
    if (next.swap?.isDefault !== true) continue;
    const { group } = next.swap;
    const members = index.services.filter(({ swap }) => swap?.group === group);
    const states = await readStates(
      system,
      members.map((service) => ({ service, units: service.units })),
    );
    const failure = failureOf(states, next);
    if (failure === undefined) continue;
    returned[group] = failure.which;
    if (before[group] === failure.which) continue;
    said.push(await tryToWake(system, next, `${failure.name} failed`));
  }
  return { said, returned };
}

/** Undefined where anything of the group is up or on its way, or the default itself has failed. */
function failureOf(
  states: readonly UnitState[],
  next: IndexedService,
): { readonly name: string; readonly which: string } | undefined {
  const rests = ({ service, fact }: UnitState) =>
    fact?.active === "inactive" || (fact?.active === "failed" && service !== next);
  const failed = states.find(({ fact }) => fact?.active === "failed");
  if (failed?.fact === undefined || !states.every(rests)) return undefined;
  const { service, unit, fact } = failed;
  return { name: service.name, which: `${unit.unit} ${fact.since} ${fact.restarts}` };
}

async function tryToWake(system: System, next: IndexedService, why: string): Promise<string> {
  const who = `${next.name}, the default of ${next.swap?.group}`;
  try {
    await wake(system, next);
    return `${why}, and nobody of its group is awake: ${who}, starts`;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return `${why}, and ${who}, cannot be started: ${error.message}`;
  }
}

/** After one that was put to sleep; undefined where there is none to wake. */
export async function wakeInstead(
  system: System,
  index: ServiceIndex,
  service: IndexedService,
): Promise<IndexedService | undefined> {
  if (service.swap?.isDefault !== false) return undefined;
  const { group } = service.swap;
  const next = index.services.find(({ swap }) => swap?.group === group && swap.isDefault);
  if (next === undefined || (await awakeInstead(system, index, next)).length > 0) return undefined;
  await wake(system, next);
  return next;
}

async function wake(system: System, next: IndexedService): Promise<void> {
  const units = next.units.map(({ unit }) => unit);
  await system.runner.probe(asUser(next, controlUnits("user", "reset-failed", units)));
  // It may load for an hour, and the next look is due before.
  await system.runner.run(asUser(next, controlUnits("user", "start", units, { noBlock: true })));
}
