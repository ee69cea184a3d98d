/** What clients are to trust: one authority or two, as one text and their fingerprints. */
import type { AuthorityFact, Trust } from "../model/certificate-facts.ts";
import { inspectCertificate, permittedAddresses, splitPem } from "./inspect.ts";

/** Undefined where there is none: then nothing can be filled in yet. */
export function trustIn(authorities: readonly (Trust | undefined)[]): Trust | undefined {
  const known = authorities.filter((authority) => authority !== undefined);
  if (known.length === 0) return undefined;
  return {
    pem: known.map(({ pem }) => pem).join(""),
    fingerprint: known.map(({ fingerprint }) => fingerprint).join(","),
  };
}

/** From the file that a site brings along; without one, clients trust its certificate already. */
export function trustOfSite(pem: string | undefined): Trust {
  return trustIn(splitPem(pem ?? "").map(authorityFact)) ?? { pem: "", fingerprint: "" };
}

/** Undefined for a damaged one: it counts as none. */
export function authorityFact(pem: string): AuthorityFact | undefined {
  try {
    const { notAfter, fingerprint } = inspectCertificate(pem);
    return { pem, notAfter, fingerprint, permits: permittedAddresses(pem) };
  } catch {
    return undefined;
  }
}
