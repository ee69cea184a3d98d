/** The files of the authority, its successor and the leaf, and who may read each. */

import type { DesiredCertificate, DesiredTailscale } from "./desired-certificate.ts";
import type { AbsolutePath } from "./names.ts";
import type { Owner } from "./owner.ts";

export interface CertificateFile {
  readonly path: AbsolutePath;
  readonly owner: Owner;
  readonly mode: number;
}

const ROOT: Owner = { uid: 0, gid: 0 };

export function certificateFiles(
  wanted: DesiredCertificate,
): Readonly<
  Record<"authorityKey" | "authority" | "nextKey" | "next" | "leafKey" | "leaf" | "published", CertificateFile>
> {
  return {
    authorityKey: { path: wanted.authorityKey, owner: ROOT, mode: 0o600 },
    authority: { path: wanted.authorityCertificate, owner: ROOT, mode: 0o644 },
    nextKey: { path: wanted.nextKey, owner: ROOT, mode: 0o600 },
    next: { path: wanted.nextCertificate, owner: ROOT, mode: 0o644 },
    // The proxy's group reads the key; nobody but the account may change it.
    leafKey: { path: wanted.leafKey, owner: wanted.owner, mode: 0o640 },
    leaf: { path: wanted.leafCertificate, owner: wanted.owner, mode: 0o644 },
    published: { path: wanted.publishedCertificate, owner: wanted.owner, mode: 0o644 },
  };
}

/** As those of the leaf. */
export function tailscaleFiles(
  { owner }: DesiredCertificate,
  tailscale: DesiredTailscale,
): { readonly key: CertificateFile; readonly certificate: CertificateFile } {
  return {
    key: { path: tailscale.key, owner, mode: 0o640 },
    certificate: { path: tailscale.certificate, owner, mode: 0o644 },
  };
}

export function allCertificateFiles(wanted: DesiredCertificate): readonly CertificateFile[] {
  const fetched = wanted.tailscale === undefined ? [] : Object.values(tailscaleFiles(wanted, wanted.tailscale));
  return [...Object.values(certificateFiles(wanted)), ...fetched];
}
