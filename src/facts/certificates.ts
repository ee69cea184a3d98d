/** The authorities and the leaf, as they are on disk, and what clients are to trust. */

import type { AuthorityFact, CertificateFact } from "../model/certificate-facts.ts";
import type { DesiredCertificate, DesiredTailscale } from "../model/desired-certificate.ts";
import type { TailscaleCertificateFact } from "../model/tailscale.ts";
import { inspectCertificate, isNamedAsAuthority, matchesKey, signedBy } from "../pki/inspect.ts";
import { authorityFact, trustIn, trustOfSite } from "../pki/trust.ts";
import type { System } from "../system/interfaces.ts";
import { ifReadable } from "./if-readable.ts";

const MAX_PEM_BYTES = 64 * 1024;

export async function gatherCertificate(
  system: System,
  wanted: DesiredCertificate,
): Promise<CertificateFact | undefined> {
  const read = (path: string) => readServed(system, path);
  const [authority, next, leafPem, leafKey, published, tailscale] = await Promise.all([
    gatherAuthority(system, wanted.authorityCertificate, wanted.authorityKey),
    gatherAuthority(system, wanted.nextCertificate, wanted.nextKey),
    read(wanted.leafCertificate),
    read(wanted.leafKey),
    read(wanted.publishedCertificate),
    wanted.tailscale && gatherTailscale(system, wanted.tailscale),
  ]);
  const leaf = inspect(leafPem);
  if ([authority, next, leaf, tailscale].every((one) => one === undefined)) return undefined;
  const trust =
    wanted.own === undefined ? trustIn([authority, next]) : trustOfSite(siteFile(system, wanted.own.authority));
  return {
    authority,
    next,
    leaf: leaf && {
      fingerprint: leaf.fingerprint,
      notAfter: leaf.notAfter,
      names: leaf.names,
      addresses: leaf.addresses,
      signedByAuthority: authority !== undefined && signedBy(leaf.pem, authority.pem),
      matchesKey: leafKey !== undefined && matchesKey(leaf.pem, leafKey),
      byAuthority: isNamedAsAuthority(leaf.issuer),
    },
    tailscale,
    trust,
    publishedMatches: trust !== undefined && published === trust.pem,
    ownMatches:
      wanted.own !== undefined &&
      leafPem === system.host.readTrusted(wanted.own.certificate) &&
      leafKey === system.host.readTrusted(wanted.own.key),
  };
}

function siteFile({ host }: System, path: string | undefined): string | undefined {
  return path === undefined ? undefined : host.readTrusted(path);
}

/** In a tree of the proxy's account: what it puts in the way is a finding about the path, not an end of everything. */
function readServed(system: System, path: string): Promise<string | undefined> {
  return ifReadable(system.files.read(path, MAX_PEM_BYTES));
}

async function gatherTailscale(
  system: System,
  wanted: DesiredTailscale,
): Promise<TailscaleCertificateFact | undefined> {
  const [pem, key] = await Promise.all([readServed(system, wanted.certificate), readServed(system, wanted.key)]);
  const found = inspect(pem);
  if (found === undefined) return undefined;
  const { fingerprint, notBefore, notAfter, names } = found;
  return { fingerprint, notBefore, notAfter, names, matchesKey: key !== undefined && matchesKey(found.pem, key) };
}

/** A certificate without its key signs nothing any more: that is no authority. */
async function gatherAuthority(
  { files }: System,
  certificate: string,
  key: string,
): Promise<AuthorityFact | undefined> {
  const [pem, keyStat] = await Promise.all([files.read(certificate, MAX_PEM_BYTES), files.stat(key)]);
  return keyStat === undefined || pem === undefined ? undefined : authorityFact(pem);
}

/** A damaged file counts as none: it is made anew. */
function inspect(
  pem: string | undefined,
): ({ readonly pem: string } & ReturnType<typeof inspectCertificate>) | undefined {
  if (pem === undefined) return undefined;
  try {
    return { pem, ...inspectCertificate(pem) };
  } catch {
    return undefined;
  }
}
