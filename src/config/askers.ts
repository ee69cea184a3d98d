/** What follows from services that ask for models: who may call whom, and a key at the router for each that asks it. */
import { type GatewayKey, keySecret, NO_LIMITS } from "../model/gateway-key.ts";
import type { Registry } from "../model/registry.ts";
import type { Service } from "../model/service.ts";
import type { ServiceSecret } from "../model/service-secret.ts";
import { withCallers } from "./consumers.ts";

/** With "_", which the secrets of a service file do not have. */
const KEY = "gateway_key";

/** A key of this name in keys.yaml is that of the service, so that a site can give it limits. */
export function withServiceKeys(registry: Registry, services: readonly Service[]): Registry {
  const asking = services.filter(asksRouter);
  const own = asking.map(({ name, description }): GatewayKey => {
    const declared = registry.keys.find((key) => key.name === name);
    return { name, holder: declared?.holder ?? description, kind: "service", limits: declared?.limits ?? NO_LIMITS };
  });
  const names = new Set<string>(asking.map(({ name }) => name));
  return { ...registry, keys: [...registry.keys.filter(({ name }) => !names.has(name)), ...own] };
}

/** `registry`: undefined where it has faults, and then nobody has a key to make a copy of. */
export function withAskers(services: readonly Service[], registry: Registry | undefined): readonly Service[] {
  return services.map((service) =>
    withOwnKey(
      withCallers(service, services, ({ asksModels }) => asksModels),
      registry,
    ),
  );
}

function asksRouter({ asksModels }: Service): boolean {
  return asksModels?.userHeader !== undefined;
}

/** In place of what it would show to the service that its file names: that one may not even be there. */
function withOwnKey(service: Service, registry: Registry | undefined): Service {
  const { asksModels: asks, name } = service;
  if (asks === undefined || !asksRouter(service)) return service;
  const copy: ServiceSecret = { name: KEY, kind: "copy", service: asks.service, secret: keySecret(name) };
  return {
    ...service,
    secrets: [...service.secrets.filter((secret) => secret.name !== asks.secret), ...(registry ? [copy] : [])],
    containers: service.containers.map((container) => ({
      ...container,
      secrets: container.secrets.flatMap((use) => {
        if (use.secret !== asks.secret) return [use];
        return registry === undefined ? [] : [{ ...use, secret: KEY }];
      }),
    })),
  };
}
