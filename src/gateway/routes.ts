/** Mappings as routes: patterns are spelled out, what is disabled is left out, fallbacks are names that exist. */
import type { Mapping, Model, Provider, Registry } from "../model/registry.ts";
import { covers, isPattern } from "./pattern.ts";

export interface Route {
  /** What clients ask for; never a pattern. */
  readonly name: string;
  readonly aliases: readonly string[];
  readonly targets: readonly RouteTarget[];
  readonly fallbacks: readonly string[];
  readonly contextFallbacks: readonly string[];
  /** The mapping that it comes from. */
  readonly mapping: string;
}

interface RouteTarget {
  readonly provider: Provider;
  readonly model: Model;
  readonly weight: number;
}

/** A name that is written out wins over every pattern, and of two patterns the first that fits. */
export function routesOf({ providers, mappings }: Registry): readonly Route[] {
  const active = new Map(providers.filter(({ isActive }) => isActive).map((provider) => [provider.name, provider]));
  const taken = new Set(mappings.flatMap(({ name, aliases }) => [name, ...aliases]));
  const routes = mappings.flatMap((mapping): Route[] => {
    if (!isPattern(mapping.name)) return [routeTo(mapping, mapping.name, active)];
    const names = fittingNames(mapping, active).filter((name) => !taken.has(name));
    for (const name of names) taken.add(name);
    return names.map((name) => routeTo(mapping, name, active));
  });
  return connected(routes.filter(({ targets }) => targets.length > 0));
}

/** The same with every provider at work: what the files mean, whoever is out of service just now. */
export function allRoutes(registry: Registry): readonly Route[] {
  return routesOf({ ...registry, providers: registry.providers.map((provider) => ({ ...provider, isActive: true })) });
}

/** Models of the targets of a pattern that have a name which fits it. */
export function fittingNames({ name, targets }: Mapping, providers: ReadonlyMap<string, Provider>): readonly string[] {
  const models = targets.flatMap(({ provider }) => providers.get(provider)?.models ?? []);
  return [...new Set(models.map((model) => model.name).filter((candidate) => covers(name, candidate)))];
}

/** Routes that a key opens whose file says these names, aliases and patterns. */
export function routesOfKey(routes: readonly Route[], written: readonly string[]): readonly Route[] {
  const fits = (name: string) => written.some((one) => (isPattern(one) ? covers(one, name) : one === name));
  return routes.filter(({ name, aliases }) => fits(name) || aliases.some(fits));
}

function routeTo(mapping: Mapping, name: string, active: ReadonlyMap<string, Provider>): Route {
  const targets = mapping.targets.flatMap((target): RouteTarget[] => {
    const provider = active.get(target.provider);
    const model = provider?.models.find((candidate) => candidate.name === (target.model ?? name));
    return provider === undefined || model === undefined ? [] : [{ provider, model, weight: target.weight }];
  });
  const { aliases, fallbacks, contextFallbacks } = mapping;
  return { name, aliases, targets, fallbacks, contextFallbacks, mapping: mapping.name };
}

/** Fallbacks by the names of routes; a pattern may name one of its own, which then does not follow itself. */
function connected(routes: readonly Route[]): readonly Route[] {
  const known = new Map(
    routes.flatMap(({ name, aliases }) => [name, ...aliases].map((other) => [other, name] as const)),
  );
  const follow = (route: Route, names: readonly string[]): readonly string[] => {
    const others = names.flatMap((name) => known.get(name) ?? []);
    return [...new Set(isPattern(route.mapping) ? others.filter((name) => name !== route.name) : others)];
  };
  return routes.map((route) => ({
    ...route,
    fallbacks: follow(route, route.fallbacks),
    contextFallbacks: follow(route, route.contextFallbacks),
  }));
}
