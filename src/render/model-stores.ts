/** Stores of models, with what the site declares of each. */
import type { DesiredStore, IndexedStore } from "../model/model-store.ts";
import type { UnitName } from "../model/names.ts";
import type { Service, Stack } from "../model/service.ts";

export function desiredStores(stack: Stack): readonly DesiredStore[] {
  const routers = stack.services.filter(({ routesModels }) => routesModels !== undefined).map(({ name }) => name);
  return stack.services.flatMap((service): DesiredStore[] => {
    const { name, account, engine, containers } = service;
    const store = indexedStore(stack, service);
    const unit = containers.find((container) => container.name === engine?.store?.container)?.unit;
    if (store === undefined || unit === undefined) return [];
    return [{ ...store, service: name, user: account.user, unit: `${unit}.service` as UnitName, routers }];
  });
}

/** Undefined where it has no store that could be asked. */
export function indexedStore(stack: Stack, { name, engine, ports }: Service): IndexedStore | undefined {
  const port = ports.find((one) => one.name === engine?.port)?.host;
  if (engine?.store === undefined || port === undefined) return undefined;
  const { list, pull, remove } = engine.store;
  // Nobody is led to a provider that is out of service, and it may be so for want of room.
  const led = stack.registry?.providers.filter(({ service, isActive }) => service === name && isActive) ?? [];
  const models = [engine, ...led].flatMap((one) => one.models.map((model) => model.name));
  return { port, list, pull, remove, models: [...new Set(models)] };
}
