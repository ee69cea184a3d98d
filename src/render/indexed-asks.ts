/** What shows that a service does what it is there for, besides its models, with names, addresses and ports. */
import type { IndexedAsk, IndexedName, IndexedRequest, IndexedRoute } from "../model/asked.ts";
import { podmanSecretName } from "../model/secret-name.ts";
import type { Service, Stack } from "../model/service.ts";
import { nameFor } from "./indexed-probes.ts";
import type { Site } from "./site.ts";

export function indexedAsks(stack: Stack, service: Service, site: Pick<Site, "address">): readonly IndexedAsk[] {
  return [
    ...routes(stack, service),
    ...names(stack, service, site),
    ...requests(stack, service),
    ...models(stack, service),
  ];
}

/** Of every service, for the one that serves them all. One that hands on some paths only is asked for one of these. */
function routes(stack: Stack, { terminatesTls }: Service): readonly IndexedRoute[] {
  if (terminatesTls === undefined) return [];
  return stack.services.flatMap((service) =>
    service.routes.map(({ host, paths: [path = "/"] }) => ({
      kind: "route" as const,
      name: `${host}.${stack.domain}`,
      path,
      to: service.name,
    })),
  );
}

/** As clients ask, so at the port that leads to its own. */
function names(stack: Stack, service: Service, { address }: Pick<Site, "address">): readonly IndexedName[] {
  const port = service.ports.find(({ name }) => name === service.answersNames);
  if (port === undefined) return [];
  const at = port.bind.includes("tailnet")
    ? { address, port: port.redirectFrom ?? port.host }
    : { address: "127.0.0.1", port: port.host };
  const hosts = stack.services.flatMap((one) => one.routes.map(({ host }) => `${host}.${stack.domain}`));
  return [...new Set([stack.domain, ...hosts])].map((name) => ({ kind: "name", name, address, at }));
}

function requests(stack: Stack, service: Service): readonly IndexedRequest[] {
  return (service.asks ?? []).flatMap(({ wanted, port: portName, steps, within, hint }): readonly IndexedRequest[] => {
    const port = service.ports.find((one) => one.name === portName);
    if (port === undefined) return [];
    const name = nameFor(stack, service, port.name, steps[0]?.path ?? "/");
    const by = name === undefined ? {} : { name };
    const advice = hint === undefined ? {} : { hint };
    return [{ kind: "request", of: service.name, wanted, ...by, port: port.host, steps, within, ...advice }];
  });
}

/** What it can offer to people: asked of whom it asks, at the same port and with the same key. */
function models(stack: Stack, { name, asksModels, secrets }: Service): readonly IndexedRequest[] {
  const asked = stack.services.find((one) => one.name === asksModels?.service);
  const port = asked?.ports.find((one) => one.name === asksModels?.port);
  const key = secrets.find((secret) => secret.kind === "copy" && secret.service === asked?.name);
  if (asked === undefined || port === undefined || key === undefined) return [];
  return [
    {
      kind: "request",
      of: asked.name,
      wanted: `a list of models to ${name}`,
      port: port.host,
      secret: podmanSecretName(name, key.name),
      steps: [{ method: "GET", path: "/v1/models", find: "data.0.id" }],
      within: 15,
    },
  ];
}
