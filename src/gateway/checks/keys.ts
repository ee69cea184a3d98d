/** Checks of the keys that a site declares: what they open is there, and their limits mean something. */
import type { GatewayKey } from "../../model/gateway-key.ts";
import { listKnown, suggest } from "../../model/suggest.ts";
import { isPattern } from "../pattern.ts";
import { allRoutes, type Route, routesOf, routesOfKey } from "../routes.ts";
import { atKey, type Check, type Fault } from "./check.ts";

export const keysAreTaken: Check = ({ registry, router }) => {
  const [first] = registry.keys;
  if (router === undefined || router.routesModels?.keys !== undefined || first === undefined) return [];
  const message = `${router.name} makes no keys for people`;
  return [{ ...atKey(first.name), isKey: true, message, hint: "say so in its service file: routes_models.keys" }];
};

export const keyModelsExist: Check = ({ registry, broken }) => {
  if (broken.size > 0) return [];
  const [all, active] = [allRoutes(registry), routesOf(registry)];
  // Where there is nothing to route, that is what is said.
  if (active.length === 0) return [];
  const names = all.flatMap((route) => [route.name, ...route.aliases]);
  return registry.keys.flatMap((key) =>
    key.limits.models.flatMap((model, index): Fault[] => {
      const at = atKey(key.name, "models", index);
      if (routesOfKey(active, [model]).length > 0) return [];
      if (routesOfKey(all, [model]).length > 0) {
        const hint = "set status: active for one of them, or take it out here";
        return [{ ...at, message: `nobody answers for ${model}: every provider of it is disabled`, hint }];
      }
      if (isPattern(model)) return [{ ...at, message: `no model fits ${model}`, hint: listKnown("models", names) }];
      return [{ ...at, message: `no model is named ${JSON.stringify(model)}`, hint: suggest(model, names, "models") }];
    }),
  );
};

/** Fewer no question and answer have together. */
const LEAST_TOKENS = 16;

export const keyLimitsAreUsable: Check = ({ registry }) => registry.keys.flatMap(faultsOfLimits);

function faultsOfLimits({ name, limits }: GatewayKey): readonly Fault[] {
  const { tokensPerMinute: minute, allowance } = limits;
  const day = allowance?.kind === "tokens" ? allowance.tokens : undefined;
  const small = (field: string, tokens: number | undefined): readonly Fault[] => {
    if (tokens === undefined || tokens >= LEAST_TOKENS) return [];
    const message = `no request fits into ${tokens} tokens`;
    return [
      { ...atKey(name, field), message, hint: "count question and answer; take the key out to refuse everything" },
    ];
  };
  const found = [...small("tokens_per_minute", minute), ...small("tokens_per_day", day)];
  if (minute === undefined || day === undefined || minute <= day) return found;
  const message = `a minute cannot have more tokens than the day has: ${minute}, and ${day} a day`;
  return [...found, { ...atKey(name, "tokens_per_minute"), message, hint: "lower it, or raise tokens_per_day" }];
}

/** There is one counter for each key, and what a token adds to it is its price: also that of a model which only stands in. */
export const keysAreCounted: Check = ({ registry }) => {
  const routes = routesOf(registry);
  return registry.keys.flatMap(({ name, limits: { allowance, models } }): Fault[] => {
    if (allowance === undefined) return [];
    const own = models.length === 0 ? routes : routesOfKey(routes, models);
    const priced = withStandIns(routes, own).filter(({ route }) => hasPrice(route));
    if (allowance.kind === "tokens" && priced.length > 0) {
      const words = priced.map(({ route, before }) =>
        before === undefined ? route.name : `${route.name} (which stands in for ${before})`,
      );
      const message = `tokens cannot be counted for models with a price: ${words.join(", ")}`;
      return [{ ...atKey(name, "tokens_per_day"), message, hint: "a budget, or models without a price" }];
    }
    if (allowance.kind === "tokens" || priced.length > 0 || own.length === 0) return [];
    const message = `no model that ${name} may use has a price`;
    return [{ ...atKey(name, "budget"), message, hint: "tokens_per_day, or a price in providers.yaml" }];
  });
};

interface Reached {
  readonly route: Route;
  /** Whose chain leads there; undefined for what a key opens itself. */
  readonly before: string | undefined;
}

/** Chains are followed to their ends, of both kinds: a gateway asks no key whether it may use what stands in. */
function withStandIns(routes: readonly Route[], own: readonly Route[]): readonly Reached[] {
  const byName = new Map(routes.map((route) => [route.name, route]));
  const reached = new Map<string, Reached>(own.map((route) => [route.name, { route, before: undefined }]));
  // What is added on the way is walked, too.
  for (const { route } of reached.values()) {
    for (const next of [...route.fallbacks, ...route.contextFallbacks]) {
      const standIn = byName.get(next);
      if (standIn !== undefined && !reached.has(next)) reached.set(next, { route: standIn, before: route.name });
    }
  }
  return [...reached.values()];
}

function hasPrice({ targets }: Route): boolean {
  return targets.some(({ model }) => model.price !== undefined);
}
