/** Which services a plan may have kept from answering: those that it starts, and all where it is about the way to them. */
import { type Plan, stepsOf } from "../model/plan.ts";

export function isTouched(
  plan: Pick<Plan, "stages" | "aside">,
  proxy: string | undefined,
): (service: string, needs?: readonly string[]) => boolean {
  const started = new Set<string>(
    stepsOf(plan).flatMap(({ phase, service }) => (phase === "start" && service !== undefined ? [service] : [])),
  );
  const aside = new Set<string>((plan.aside ?? []).map(({ service }) => service));
  // The firewall is a unit of the system.
  const isWay = stepsOf(plan).some(({ change: { kind } }) => /certificate$/.test(kind) || kind === "system-unit");
  const all = isWay || (proxy !== undefined && started.has(proxy));
  return (service, needs = []) => !aside.has(service) && (all || [service, ...needs].some((name) => started.has(name)));
}
