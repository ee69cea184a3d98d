/** Checks of what follows what: patterns in their order, and fallbacks to their end. */

import { covers, isPattern, overlap } from "../pattern.ts";
import { allRoutes, type Route, routesOf } from "../routes.ts";
import type { Fault } from "./check.ts";
import { atMapping, type Check } from "./check.ts";
import { eachFallback } from "./names.ts";

/** The narrower one first is the only order in which every gateway gives the same answer. */
export const patternsAreApart: Check = ({ registry }) => {
  const patterns = registry.mappings.map(({ name }) => name).filter(isPattern);
  return patterns.flatMap((later, index) =>
    patterns.slice(0, index).flatMap((earlier): Fault[] => {
      if (covers(later, earlier) && !covers(earlier, later)) return [];
      const at = { ...atMapping(later), isKey: true };
      if (covers(earlier, later)) {
        const message = `${earlier} above fits every name that ${later} does`;
        return [{ ...at, message, hint: "write the narrower pattern first" }];
      }
      if (!overlap(earlier, later)) return [];
      const hint = "make one narrower, or write the name that both fit out, as a model of its own";
      return [{ ...at, message: `there are names that fit both ${earlier} and ${later}`, hint }];
    }),
  );
};

const KINDS = [
  ["fallbacks", "fallbacks"],
  ["contextFallbacks", "context_fallbacks"],
] as const;

/** Each kind by itself: a large model may stand in for a small one that fails, and be too short for what the small one takes. */
export const fallbacksEnd: Check = ({ registry }) => {
  const routes = new Map(allRoutes(registry).map((route) => [route.name, route]));
  return KINDS.flatMap(([kind, key]) => {
    const reported = new Set<string>();
    return [...routes.values()].flatMap((route): Fault[] => {
      const circle = reported.has(route.name) ? undefined : wayBack(routes, kind, route.name, [route.name], new Set());
      if (circle === undefined) return [];
      for (const name of circle) reported.add(name);
      const message = `the chain comes back to where it began: ${circle.join(", then ")}`;
      return [{ ...atMapping(route.mapping, key), message, hint: "a chain has an end: remove one of these" }];
    });
  });
};

function wayBack(
  routes: ReadonlyMap<string, Route>,
  kind: "fallbacks" | "contextFallbacks",
  start: string,
  way: readonly string[],
  seen: Set<string>,
): readonly string[] | undefined {
  for (const next of routes.get(way.at(-1) ?? "")?.[kind] ?? []) {
    if (next === start) return [...way, next];
    if (seen.has(next)) continue;
    seen.add(next);
    const found = wayBack(routes, kind, start, [...way, next], seen);
    if (found !== undefined) return found;
  }
  return undefined;
}

export const fallbacksAreActive: Check = ({ registry }) => {
  const namesOf = (routes: readonly Route[]) => new Set(routes.flatMap((route) => [route.name, ...route.aliases]));
  const [all, active] = [namesOf(allRoutes(registry)), namesOf(routesOf(registry))];
  return eachFallback(registry.mappings, (name, at) => {
    if (!all.has(name) || active.has(name)) return [];
    const message = `nobody answers for ${name}: every provider of it is disabled`;
    return [{ ...at, message, hint: "set status: active for one of them, or take it out of the chain" }];
  });
};
