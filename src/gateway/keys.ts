/** The keys of providers: what they are called, as secrets of the service that routes and in its environment. */
import type { ServiceName } from "../model/names.ts";
import type { Provider, Registry } from "../model/registry.ts";
import type { Service } from "../model/service.ts";
import type { ServiceSecret } from "../model/service-secret.ts";

/** PROVIDER_VLLM_QWEN_KEY. Names of providers have no "_", so no two become the same. */
export function keyVariable({ name }: Pick<Provider, "name">): string {
  return `PROVIDER_${name.toUpperCase().replaceAll("-", "_")}_KEY`;
}

/** The service that routes with the keys of its active providers: as secrets, and in the environment of the container that asks for them. */
export function withKeys(service: Service, registry: Registry): Service {
  const keyed = registry.providers.flatMap(({ name, key, isActive }) => (key && isActive ? [{ name, key }] : []));
  const container = service.routesModels?.container;
  if (container === undefined || keyed.length === 0) return service;
  const secrets = new Map(keyed.map(({ name, key }) => [secretName(name, key), secretOf(name, key)]));
  const uses = keyed.map(({ name, key }) => ({
    secret: secretName(name, key),
    as: { kind: "env", name: keyVariable({ name }) } as const,
  }));
  return {
    ...service,
    secrets: [...service.secrets, ...secrets.values()],
    containers: service.containers.map((candidate) =>
      candidate.name === container ? { ...candidate, secrets: [...candidate.secrets, ...uses] } : candidate,
    ),
  };
}

type Key = NonNullable<Provider["key"]>;

/** The key of a provider, as a secret of the service that routes; undefined where it has none. */
export function providerSecret({ name, key }: Provider): string | undefined {
  return key && secretName(name, key);
}

/** With "_", which neither providers nor the names that a site gives have. */
function secretName(provider: string, key: Key): string {
  return key.kind === "copy" ? `provider_${provider}` : key.secret;
}

function secretOf(provider: string, key: Key): ServiceSecret {
  const name = secretName(provider, key);
  if (key.kind === "copy") return { name, kind: "copy", service: key.service as ServiceName, secret: key.secret };
  return { name, kind: "supplied", description: `Key of the provider ${provider}`, optional: false, at: key.at };
}
