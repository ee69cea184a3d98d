/** Looks at services, and at the certificate of the one that serves it. */
import { type Expiries, judgeCertificate } from "../apps/expiry-text.ts";
import { judgeAddress } from "../apps/judge-address.ts";
import { lookAt } from "../apps/look.ts";
import { findTarget } from "../apps/service-index.ts";
import type { IndexedService, ServiceIndex } from "../model/index-file.ts";
import type { System } from "../system/interfaces.ts";
import type { Status } from "./status-text.ts";

/** Without a name all services; a unit's name stands for that one. */
export async function readStatus(
  system: System,
  index: ServiceIndex,
  name: string | undefined,
): Promise<readonly Status[]> {
  const target = name === undefined ? undefined : findTarget(index, name);
  const services = target === undefined ? index.services : [target.service];
  const found = new Map<string, Expiries>();
  const addresses = system.host.addresses();
  const states = await lookAt(system, services, async (service) => {
    const expiries = await readExpiriesOf(system, index, service);
    found.set(service.name, expiries);
    return judgeAddress(service, index, addresses) ?? judgeCertificate(expiries);
  });
  return states.map((state) => {
    const whole = target === undefined || target.units.length === state.units.length;
    const units = whole ? state.units : state.units.filter((one) => target.units.includes(one.state.unit));
    const judgement = whole ? state.judgement : (units[0]?.judgement ?? state.judgement);
    const expiries = found.get(state.service.name) ?? {};
    return { name: name ?? state.service.name, judgement, state, units, expiries };
  });
}

/** Loads node:crypto: only for the service that serves a certificate. */
async function readExpiriesOf(system: System, index: ServiceIndex, service: IndexedService): Promise<Expiries> {
  const { certificate } = index;
  if (certificate?.wanted.service !== service.name) return {};
  return (await import("../apps/expiry.ts")).readExpiries(system, certificate.wanted);
}
