/** The keys of a site as the service that makes them is told of them: every model by its name. */
import { routesOf, routesOfKey } from "../gateway/routes.ts";
import { type GatewayKey, keySecret } from "../model/gateway-key.ts";
import type { DesiredKeys, WantedKey } from "../model/key-facts.ts";
import type { UnitName } from "../model/names.ts";
import type { Registry } from "../model/registry.ts";
import { podmanSecretName } from "../model/secret-name.ts";
import type { Service, Stack } from "../model/service.ts";

/** Undefined where no service makes any. */
export function desiredKeys({ services, registry }: Stack): DesiredKeys | undefined {
  const router = services.find(({ routesModels }) => routesModels?.keys !== undefined);
  const keys = router?.routesModels?.keys;
  if (router === undefined || keys === undefined || registry === undefined) return undefined;
  const unit = router.containers.find(({ name }) => name === router.routesModels?.container)?.unit;
  const port = router.ports.find(({ name }) => name === keys.port)?.host;
  if (unit === undefined || port === undefined) throw new Error(`${router.name} has no ${keys.port}`);
  return {
    maker: {
      service: router.name,
      user: router.account.user,
      unit: `${unit}.service` as UnitName,
      port,
      master: podmanSecretName(router.name, keys.secret),
    },
    keys: registry.keys.map((key) => wantedKey(key, router, registry)),
  };
}

function wantedKey(key: GatewayKey, { name: service }: Service, registry: Registry): WantedKey {
  const routes = routesOfKey(routesOf(registry), key.limits.models);
  // A route by all of its names, because clients may use any.
  const models = routes.flatMap(({ name, aliases }) => [name, ...aliases]).toSorted();
  return {
    ...key,
    limits: { ...key.limits, models },
    secret: podmanSecretName(service, keySecret(key.name)),
  };
}
