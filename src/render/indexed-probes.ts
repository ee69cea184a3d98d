/** The questions that show whether the models of a service serve, with names, ports and podman's names for secrets. */
import { routesOf } from "../gateway/routes.ts";
import type { IndexedProbe, Probe } from "../model/probe.ts";
import type { Model } from "../model/registry.ts";
import { podmanSecretName } from "../model/secret-name.ts";
import type { Service, Stack } from "../model/service.ts";

export function indexedProbes(stack: Stack, service: Service): readonly IndexedProbe[] {
  const { engine, routesModels } = service;
  const own = engine?.models.filter(chats).map(({ name }) => ({ name, needs: [] })) ?? [];
  const led = routesModels === undefined ? [] : ledHere(stack);
  return [
    ...probesOf(stack, service, engine?.probe, { port: engine?.port, secret: engine?.key }, own),
    ...probesOf(stack, service, routesModels?.probe, routesModels?.keys ?? {}, led),
  ];
}

interface Asked {
  readonly name: string;
  readonly needs: readonly string[];
}

interface Door {
  readonly port?: string | undefined;
  readonly secret?: string | undefined;
}

/** A question to a provider elsewhere costs money, and says nothing about this host. */
function ledHere({ registry }: Stack): readonly Asked[] {
  if (registry === undefined) return [];
  return routesOf(registry).flatMap(({ name, targets }) => {
    const needs = targets.flatMap(({ provider, model }) => (chats(model) ? (provider.service ?? []) : []));
    return needs.length === targets.length ? [{ name, needs: [...new Set(needs)] }] : [];
  });
}

/** One that makes embeddings has no tokens to give. */
function chats({ mode }: Model): boolean {
  return mode !== "embedding";
}

function probesOf(
  stack: Stack,
  service: Service,
  probe: Probe | undefined,
  { port: portName, secret }: Door,
  models: readonly Asked[],
): readonly IndexedProbe[] {
  const port = service.ports.find(({ name }) => name === portName);
  if (probe === undefined || port === undefined) return [];
  const { path, find, wanted, hint, byHand } = probe;
  const name = nameFor(stack, service, port.name, path);
  return models.map((model) => ({
    model: model.name,
    ...(name !== undefined && { name }),
    port: port.host,
    ...(secret !== undefined && { secret: podmanSecretName(service.name, secret) }),
    path,
    body: JSON.stringify({ model: model.name, ...probe.body }),
    find,
    wanted,
    ...(hint !== undefined && { hint: hint.replaceAll("$<model>", () => model.name) }),
    ...(byHand && { byHand }),
    ...(model.needs.length > 0 && { needs: model.needs }),
  }));
}

/** Undefined where no route hands that on, or nobody answers for routes. */
export function nameFor(stack: Stack, { routes }: Service, port: string, path: string): string | undefined {
  if (!stack.services.some(({ terminatesTls }) => terminatesTls !== undefined)) return undefined;
  const opens = (prefixes: readonly string[]) =>
    prefixes.length === 0 || prefixes.some((prefix) => path.startsWith(prefix));
  const route = routes.find((one) => one.port === port && opens(one.paths));
  return route && `${route.host}.${stack.domain}`;
}
