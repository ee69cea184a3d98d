/** Images that are about to go past a version which somebody has to decide about. */
import type { StateFacts } from "../model/facts.ts";
import { STACK_FILE } from "../model/places.ts";
import { unitKey } from "../model/record-keys.ts";
import type { DesiredState } from "../model/resource.ts";
import type { Decision, Stack } from "../model/service.ts";
import { recordedImages } from "./compare-data.ts";
import type { Finding } from "./preflight.ts";

/** Nothing at a first installation, and where a tag is no version. */
export function openDecisions(
  { services }: Pick<Stack, "services">,
  { units }: Pick<DesiredState, "units">,
  facts: Pick<StateFacts, "index">,
): readonly Finding[] {
  if (services.every(({ decisions }) => decisions.length === 0)) return [];
  const was = recordedImages(facts);
  return services.flatMap((service) =>
    service.decisions.flatMap((decision): Finding[] => {
      const unit = units.find((one) => one.service === service.name && one.plainName === decision.unit);
      if (unit?.container === undefined) return [];
      const from = tagOf(was.get(unitKey(unit.user, unit.unit)) ?? "");
      const to = tagOf(unit.container.image);
      if (!passes(decision, from, to)) return [];
      return [
        {
          message: `${decision.unit} is about to go from ${from} to ${to}: ${decision.why}`,
          hint: `keep ${from}, or write into ${STACK_FILE} under services.${service.name}: decided: [${decision.name}]`,
        },
      ];
    }),
  );
}

function passes({ since }: Decision, from: string, to: string): boolean {
  const areVersions = [from, to].every((tag) => /\d/.test(tag));
  return areVersions && isBefore(from, since) !== isBefore(to, since);
}

function isBefore(version: string, limit: string): boolean {
  const [numbers, limits] = [numbersIn(version), numbersIn(limit)];
  const at = limits.findIndex((one, index) => one !== (numbers[index] ?? 0));
  return at !== -1 && (numbers[at] ?? 0) < (limits[at] ?? 0);
}

function numbersIn(version: string): readonly number[] {
  return [...version.matchAll(/\d+/g)].map(([digits]) => Number(digits));
}

/** Empty where the reference has none. */
function tagOf(reference: string): string {
  const [name = ""] = reference.split("@");
  return /:([^:/]+)$/.exec(name)?.[1] ?? "";
}
