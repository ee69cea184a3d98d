/** The registry that follows from the services of a stack, where the site wrote none. */
import { groupBy } from "../model/group-by.ts";
import type { Mapping, Provider, Routing } from "../model/registry.ts";
import type { Service } from "../model/service.ts";

/** What a service of the stack is to whoever routes; undefined where it serves no models. */
export function providerOf({ name, engine, ports }: Service): Provider | undefined {
  if (engine === undefined) return undefined;
  const port = ports.find((candidate) => candidate.name === engine.port);
  return {
    name,
    type: engine.type,
    service: name,
    // Each of the engines has the form of OpenAI's interface there.
    baseUrl: port && `http://127.0.0.1:${port.host}/v1`,
    apiVersion: undefined,
    isActive: true,
    key: engine.key === undefined ? undefined : { kind: "copy", service: name, secret: engine.key },
    models: engine.models,
  };
}

/** Each model under its own name; one that several have is shared among them. */
export function deriveMappings(providers: readonly Provider[]): readonly Mapping[] {
  const offers = providers.flatMap((provider) => provider.models.map((model) => ({ provider, model })));
  return [...groupBy(offers, ({ model }) => model.name)].map(([name, same]) => ({
    name,
    aliases: [],
    targets: same.map(({ provider }) => ({ provider: provider.name, model: undefined, weight: 1 })),
    fallbacks: [],
    contextFallbacks: [],
  }));
}

/** Three failures a minute and half a minute out of the rotation; an answer may take as long as the proxy waits for one. */
export const ROUTING: Routing = { retries: 2, failures: 3, cooldownSeconds: 30, timeoutSeconds: 3600 };
