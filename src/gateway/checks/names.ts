/** Checks of the names in a registry: each means something, and one thing only. */
import { type Mapping, MODEL_NAME, type Provider } from "../../model/registry.ts";
import { listKnown, suggest } from "../../model/suggest.ts";
import { isPattern } from "../pattern.ts";
import { allRoutes, fittingNames, routesOf } from "../routes.ts";
import { atMapping, type Check, type Fault, type Given } from "./check.ts";

export const providersExist: Check = ({ registry, broken }) => {
  const names = registry.providers.map(({ name }) => name);
  return eachTarget(registry.mappings, (mapping, { provider }, index) => {
    if (names.includes(provider) || broken.has(provider)) return [];
    const at = atMapping(mapping.name, "to", index, "provider");
    const hint = suggest(provider, names, "known");
    return [{ ...at, message: `no provider is named ${JSON.stringify(provider)}`, hint }];
  });
};

export const modelsExist: Check = (given) => {
  const providers = new Map(given.registry.providers.map((provider) => [provider.name, provider]));
  const faults = eachTarget(given.registry.mappings, (mapping, { provider, model }, index) => {
    const target = providers.get(provider);
    if (target === undefined || isUnknown(target)) return [];
    const at = atMapping(mapping.name, "to", index);
    if (!isPattern(mapping.name)) return missing(target, model ?? mapping.name, at, model === undefined);
    if (model !== undefined) {
      const message = "a pattern stands for the models that fit it, each under its own name";
      return [{ ...at, path: [...at.path, "model"], message, hint: "leave model out, or write a name without *" }];
    }
    if (fittingNames({ ...mapping, targets: mapping.targets.slice(index, index + 1) }, providers).length > 0) return [];
    const hint = listKnown(`models of ${provider}`, namesOf(target));
    return [{ ...at, message: `no model of ${provider} fits ${mapping.name}`, hint }];
  });
  const isExplained = faults.length > 0 || given.registry.providers.some(isUnknown) || providersExist(given).length > 0;
  return isExplained ? faults : nothingToRoute(given);
};

/** A service that is not there: its models are not known, and that it is missing is said by another check. */
function isUnknown({ service, baseUrl, models, isActive }: Provider): boolean {
  return isActive && service !== undefined && baseUrl === undefined && models.length === 0;
}

function missing(target: Provider, name: string, at: Pick<Fault, "in" | "path">, isImplied: boolean): readonly Fault[] {
  const names = namesOf(target);
  if (names.includes(name)) return [];
  const path = isImplied ? at.path : [...at.path, "model"];
  const hint = suggest(name, names, "known");
  return [{ in: at.in, path, message: `${target.name} has no model ${JSON.stringify(name)}`, hint }];
}

function nothingToRoute({ registry, router, broken }: Given): readonly Fault[] {
  const isUnusable = registry.providers.some(({ models }) => models.some(({ name }) => !MODEL_NAME.test(name)));
  if (router === undefined || isUnusable || broken.size > 0) return [];
  if (routesOf(registry).length > 0) return [];
  const message = `${router.name} has no model to offer`;
  const hint =
    "enable a service that serves models (for ollama: its setting models), or an active provider with models";
  return [{ in: "providers", path: ["providers"], message, hint }];
}

export const fallbacksExist: Check = ({ registry, broken }) => {
  // A name that two models have is said by another check, and is one that may be chosen.
  const names = [...new Set(allRoutes(registry).flatMap((route) => [route.name, ...route.aliases]))];
  const written = new Set([...names, ...registry.mappings.flatMap(({ name, aliases }) => [name, ...aliases])]);
  return eachFallback(registry.mappings, (name, at) => {
    if ((written.has(name) && !isPattern(name)) || broken.size > 0) return [];
    const message = isPattern(name)
      ? `${name} is a pattern, and a fallback is one model`
      : `no model is named ${JSON.stringify(name)}`;
    return [{ ...at, message, hint: suggest(name, names, "known") }];
  });
};

export const aliasesAreUnique: Check = ({ registry }) => {
  const owners = new Map<string, string>();
  for (const { name } of registry.mappings) owners.set(name, name);
  return registry.mappings.flatMap((mapping) =>
    mapping.aliases.flatMap((alias, index): Fault[] => {
      const owner = owners.get(alias);
      if (owner === undefined) {
        owners.set(alias, mapping.name);
        return [];
      }
      const at = atMapping(mapping.name, "aliases", index);
      const message = owner === alias ? `${alias} is a model of its own` : `${alias} is a name of ${owner} already`;
      return [{ ...at, message, hint: "a name leads to one model: remove one of the two" }];
    }),
  );
};

function eachTarget(
  mappings: readonly Mapping[],
  visit: (mapping: Mapping, target: Mapping["targets"][number], index: number) => readonly Fault[],
): readonly Fault[] {
  return mappings.flatMap((mapping) => mapping.targets.flatMap((target, index) => visit(mapping, target, index)));
}

export function eachFallback(
  mappings: readonly Mapping[],
  visit: (name: string, at: Pick<Fault, "in" | "path">, mapping: Mapping) => readonly Fault[],
): readonly Fault[] {
  return mappings.flatMap((mapping) =>
    (["fallbacks", "contextFallbacks"] as const).flatMap((kind) =>
      mapping[kind].flatMap((name, index) =>
        visit(name, atMapping(mapping.name, kind === "fallbacks" ? kind : "context_fallbacks", index), mapping),
      ),
    ),
  );
}

function namesOf({ models }: Provider): readonly string[] {
  return models.map(({ name }) => name);
}
