/** Keys that the service which routes makes for people: their values are secrets of its own, and part of its data. */
import { keySecret } from "../model/gateway-key.ts";
import type { Registry } from "../model/registry.ts";
import type { Service } from "../model/service.ts";
import type { ServiceSecret } from "../model/service-secret.ts";

/** Nobody reads them on this host; without the same values after a restore, everybody would need another key. */
export function withIssuedKeys(service: Service, { keys }: Registry): Service {
  if (service.routesModels?.keys === undefined || keys.length === 0) return service;
  const secrets = keys.map(({ name }): ServiceSecret => ({ name: keySecret(name), ...VALUE }));
  const { backup } = service;
  return {
    ...service,
    secrets: [...service.secrets, ...secrets],
    backup: backup && { ...backup, secrets: [...backup.secrets, ...secrets.map(({ name }) => name)] },
  };
}

/** LiteLLM takes no key without the prefix. */
const VALUE = {
  kind: "generated",
  length: 48,
  alphabet: "base62",
  prefix: "sk-",
  rotate: { kind: "restart" },
} as const;
