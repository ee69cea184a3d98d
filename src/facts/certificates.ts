/** The local authority and the leaf that it signed, as they are on disk. */
import type { CertificateFact } from "../model/facts.ts";
import type { DesiredCertificate } from "../model/resource.ts";
import { inspectCertificate, matchesKey, signedBy } from "../pki/inspect.ts";
import type { System } from "../system/interfaces.ts";

const MAX_PEM_BYTES = 64 * 1024;

export async function gatherCertificate(
  system: System,
  wanted: DesiredCertificate,
): Promise<CertificateFact | undefined> {
  const read = (path: string) => system.files.read(path, MAX_PEM_BYTES);
  const [authorityPem, leafPem, leafKey, published, authorityKey] = await Promise.all([
    read(wanted.authorityCertificate),
    read(wanted.leafCertificate),
    read(wanted.leafKey),
    read(wanted.publishedCertificate),
    system.files.stat(wanted.authorityKey),
  ]);
  // A certificate without its key signs nothing any more: that is no authority.
  const authority = authorityKey === undefined ? undefined : inspect(authorityPem);
  const leaf = inspect(leafPem);
  if (authority === undefined && leaf === undefined) return undefined;
  return {
    authority: authority && { pem: authority.pem, notAfter: authority.notAfter, fingerprint: authority.fingerprint },
    leaf: leaf && {
      fingerprint: leaf.fingerprint,
      notAfter: leaf.notAfter,
      names: leaf.names,
      signedByAuthority: authority !== undefined && signedBy(leaf.pem, authority.pem),
      matchesKey: leafKey !== undefined && matchesKey(leaf.pem, leafKey),
    },
    publishedMatches: authorityPem !== undefined && published === authorityPem,
  };
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
