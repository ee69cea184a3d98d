/** Asks a second instance, at its own port, what the end of a run would ask of the first: does it answer what that one answers? */
import type { IndexedService, ServiceIndex } from "../model/index-file.ts";
import type { IndexedProbe } from "../model/probe.ts";
import type { System } from "../system/interfaces.ts";
import { type Answered, askProbe, sleepers } from "./probes.ts";

/** The port at which the second one answers, by that of the first. */
export type Ports = ReadonlyMap<number, number>;

/** What is a person's to bring is asked of nobody. */
export function probesAt({ probes = [] }: IndexedService, ports: Ports): readonly IndexedProbe[] {
  return probes.filter(({ port, byHand = false }) => ports.has(port) && !byHand);
}

/**
 * What the second one does not answer and the first one does: a model that gives nothing at either was broken before. Who sleeps is
 * not woken.
 */
export async function askSecond(
  system: System,
  index: ServiceIndex,
  { service, ports }: { readonly service: IndexedService; readonly ports: Ports },
): Promise<readonly Answered[]> {
  const asleep = await sleepers(system, index);
  const askAt = (probe: IndexedProbe, port: number) =>
    askProbe(system, { service, probe: directly(probe, port), address: index.address, trust: undefined });
  const answers = await Promise.all(
    probesAt(service, ports)
      .filter(({ needs = [] }) => !needs.some((one) => asleep.includes(one)))
      .map(async (probe) => {
        const second = await askAt(probe, ports.get(probe.port) ?? probe.port);
        if (second.missing === undefined) return [];
        const first = await askAt(probe, probe.port);
        return first.missing === undefined ? [second] : [];
      }),
  );
  return answers.flat();
}

/** The public name leads to the first one. */
function directly({ name: _, ...probe }: IndexedProbe, port: number): IndexedProbe {
  return { ...probe, port };
}
