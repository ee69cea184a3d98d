/** Which lines of a unit's log only health checks cause, as the service file says. */
import type { IndexedService } from "../model/index-file.ts";
import { withTwin } from "../model/indexed-unit.ts";

export function noiseOf(services: readonly IndexedService[]): (unit: string, text: string) => boolean {
  const patterns = new Map(
    services.flatMap((service) =>
      service.units.flatMap((unit) => {
        const noise = (unit.log?.noise ?? []).map((text) => new RegExp(text, "u"));
        return withTwin(unit).map((name) => [name, noise] as const);
      }),
    ),
  );
  return (unit, text) => patterns.get(unit as never)?.some((pattern) => pattern.test(text.slice(0, 2_000))) === true;
}
