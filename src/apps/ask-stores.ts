/** Asks what a router of models keeps its things in, its database and its cache, whether they answer: by their health checks, run now. */
import type { HostCheck } from "../model/host-check.ts";
import type { IndexedService } from "../model/index-file.ts";
import type { ModelRouter } from "../model/model-router.ts";
import type { Service } from "../model/service.ts";
import { isRunning } from "../model/unit-state.ts";
import type { System } from "../system/interfaces.ts";
import { askHealth, isUp, readStates, type UnitState } from "./control.ts";

export interface SilentStore {
  readonly check: Extract<HostCheck, "database-answers" | "cache-answers">;
  readonly message: string;
  readonly hint: string;
}

/** Without a password: each check finds its own inside its container. A service that is stopped as a whole is not at fault. */
export async function askStores(
  system: System,
  { routesModels, containers }: Pick<Service, "routesModels" | "containers">,
  router: IndexedService,
): Promise<readonly SilentStore[]> {
  const stores = storesOf(routesModels).flatMap(({ container, ...store }) => {
    // Switched off, or not installed yet.
    const name = containers.find((one) => one.name === container)?.unit;
    const unit = router.units.find((one) => one.name === name);
    return unit === undefined ? [] : [{ ...store, unit }];
  });
  if (stores.length === 0) return [];
  const states = await readStates(system, [{ service: router, units: router.units }]);
  const asked = states.filter((state) => stores.some(({ unit }) => unit === state.unit) && !rests(state, states));
  const answers = await askHealth(system, asked);
  return stores.flatMap(({ check, what, unit }) => {
    const answer = answers.find((one) => one.unit === unit);
    if (answer === undefined || answer.healthy) return [];
    const message = `${unit.name}, the ${what} of ${router.name}, does not answer: ${answer.answer}`;
    return [{ check, message, hint: `sudo svc status ${unit.name}` }];
  });
}

function storesOf(router: ModelRouter | undefined) {
  const { database, cache } = router ?? {};
  return [
    { check: "database-answers", what: "database", container: database },
    { check: "cache-answers", what: "cache", container: cache?.container },
  ] as const;
}

/** With everything else of its service. A manager that does not answer is none that rests. */
function rests(state: UnitState, all: readonly UnitState[]): boolean {
  if (isUp(state) || state.manager === "silent") return false;
  return !all.some(({ unit, fact }) => unit !== state.unit && isRunning(fact?.active));
}
