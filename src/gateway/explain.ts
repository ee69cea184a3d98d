/** The way of one name through the registry: which mapping takes it, who is in turn, and which names step in. */
import type { Registry } from "../model/registry.ts";
import { isPattern } from "./pattern.ts";
import { allRoutes, type Route, routesOf } from "./routes.ts";

export interface Way {
  /** As model-mappings.yaml calls it. */
  readonly mapping: string;
  readonly by: "name" | "alias" | "pattern";
  /** What an alias stands for, and otherwise what was asked for. */
  readonly name: string;
  readonly turns: readonly Turn[];
  readonly fallbacks: readonly string[];
  readonly contextFallbacks: readonly string[];
}

export interface Turn {
  readonly provider: string;
  /** Of this stack, where it is one. */
  readonly service: string | undefined;
  readonly model: string;
  readonly baseUrl: string | undefined;
  /** Of the requests, in percent; 0 where the provider is disabled. */
  readonly share: number;
  readonly isActive: boolean;
}

/** Undefined where no mapping has the name. Also of a name whose providers are all disabled, which the gateway does not know. */
export function explain(registry: Registry, asked: string): Way | undefined {
  const all = allRoutes(registry);
  const route = routeOf(routesOf(registry), asked) ?? routeOf(all, asked);
  if (route === undefined) return undefined;
  const { name, mapping, fallbacks, contextFallbacks } = route;
  const whole = all.find((other) => other.name === name && other.mapping === mapping) ?? route;
  // Of all routes each provider is at work: who really is, the registry says.
  const active = new Set(registry.providers.filter(({ isActive }) => isActive).map((provider) => provider.name));
  const inTurn = whole.targets.filter(({ provider }) => active.has(provider.name));
  const weights = inTurn.reduce((sum, { weight }) => sum + weight, 0);
  const turns = whole.targets.map(({ provider, model, weight }) => ({
    provider: provider.name,
    service: provider.service,
    model: model.name,
    baseUrl: provider.baseUrl,
    share: active.has(provider.name) && weights > 0 ? Math.round((100 * weight) / weights) : 0,
    isActive: active.has(provider.name),
  }));
  return { mapping, by: wayTo(route, asked), name, turns, fallbacks, contextFallbacks };
}

function routeOf(routes: readonly Route[], asked: string): Route | undefined {
  return routes.find(({ name, aliases }) => name === asked || aliases.includes(asked));
}

function wayTo({ name, mapping }: Route, asked: string): Way["by"] {
  if (name !== asked) return "alias";
  return isPattern(mapping) ? "pattern" : "name";
}

/** What clients may ask for. */
export function namesAskedFor(registry: Registry): readonly string[] {
  return routesOf(registry).flatMap(({ name, aliases }) => [name, ...aliases]);
}
