/** The five files of the authority and the leaf, and who may read each. */
import type { AbsolutePath } from "../model/names.ts";
import type { DesiredCertificate, Owner } from "../model/resource.ts";

export interface CertificateFile {
  readonly path: AbsolutePath;
  readonly owner: Owner;
  readonly mode: number;
}

const ROOT: Owner = { uid: 0, gid: 0 };

export function certificateFiles(
  wanted: DesiredCertificate,
): Readonly<Record<"authorityKey" | "authority" | "leafKey" | "leaf" | "published", CertificateFile>> {
  return {
    authorityKey: { path: wanted.authorityKey, owner: ROOT, mode: 0o600 },
    authority: { path: wanted.authorityCertificate, owner: ROOT, mode: 0o644 },
    // The proxy's group reads the key; nobody but the account may change it.
    leafKey: { path: wanted.leafKey, owner: wanted.owner, mode: 0o640 },
    leaf: { path: wanted.leafCertificate, owner: wanted.owner, mode: 0o644 },
    published: { path: wanted.publishedCertificate, owner: wanted.owner, mode: 0o644 },
  };
}
