/** How long the certificates last: shown with the service that serves them. */
import { gatherCertificate } from "../facts/certificates.ts";
import type { CertificateFact } from "../model/certificate-facts.ts";
import { daysBefore, daysBetween } from "../model/day.ts";
import type { DesiredCertificate } from "../model/desired-certificate.ts";
import { renewedFrom } from "../model/lifetime.ts";
import type { System } from "../system/interfaces.ts";
import type { Expiries, Expiry } from "./expiry-text.ts";

export async function readExpiries(system: System, wanted: DesiredCertificate): Promise<Expiries> {
  return expiriesOf(await gatherCertificate(system, wanted), wanted, system.clock.now());
}

export function expiriesOf(facts: CertificateFact | undefined, wanted: DesiredCertificate, now: Date): Expiries {
  const { leaf, tailscale } = facts ?? {};
  const ofLeaf = () => (leaf && wanted.own === undefined ? daysBefore(leaf.notAfter, wanted.renewBeforeDays) : null);
  return {
    ...(leaf && { certificate: expiry({ ...leaf, names: [...leaf.names, ...leaf.addresses] }, now, ofLeaf()) }),
    ...(facts !== undefined && {
      served: {
        there: leaf !== undefined,
        matchesKey: leaf?.matchesKey ?? true,
        signed: wanted.own !== undefined || (leaf?.signedByAuthority ?? true),
      },
    }),
    ...(tailscale && { tailscale: expiry(tailscale, now, renewedFrom(tailscale)) }),
  };
}

interface Ending {
  readonly names: readonly string[];
  readonly fingerprint: string;
  readonly notAfter: Date;
}

function expiry({ names, fingerprint, notAfter }: Ending, now: Date, from: Date | null): Expiry {
  return {
    names,
    fingerprint,
    until: notAfter.toISOString(),
    daysLeft: daysBetween(now, notAfter),
    renewedFrom: from === null ? null : from.toISOString(),
  };
}
