/** The authority and the certificate as they should be: where their files lie, what they are for, who serves them. */
import type { AbsolutePath, Address, ServiceName, UnitName, UserName } from "./names.ts";
import type { Owner } from "./owner.ts";

export interface DesiredCertificate {
  readonly service: ServiceName;
  readonly zone: string;
  readonly names: readonly string[];
  /** Besides the names; only as far as the authority permits them. */
  readonly addresses: readonly Address[];
  /** What the site brings along, to be copied; undefined where our authority signs. */
  readonly own: OwnCertificatePaths | undefined;
  /** Beside it, for this host's name in the tailnet; undefined where no route answers to that. */
  readonly tailscale: DesiredTailscale | undefined;
  readonly authorityKey: AbsolutePath;
  readonly authorityCertificate: AbsolutePath;
  /** The authority that takes over at the end of a rotation; there during one only. */
  readonly nextKey: AbsolutePath;
  readonly nextCertificate: AbsolutePath;
  readonly leafKey: AbsolutePath;
  readonly leafCertificate: AbsolutePath;
  /** Owner of leaf key and certificate, and of those from Tailscale. */
  readonly owner: Owner;
  readonly leafDays: number;
  readonly renewBeforeDays: number;
  readonly authorityDays: number;
  /** Where clients fetch what they are to trust: the authority's certificate, and the next one's after it; mode 0644. */
  readonly publishedCertificate: AbsolutePath;
  /** Units that serve the leaf: reloaded when it changes, or restarted where they cannot reload. */
  readonly units: readonly { readonly user: UserName; readonly unit: UnitName }[];
}

export function servesLeaf(
  { user, unit }: { readonly user: UserName; readonly unit: UnitName },
  certificate: DesiredCertificate | undefined,
): boolean {
  return certificate?.units.some((one) => one.user === user && one.unit === unit) ?? false;
}

/** A certificate that every client trusts already, for one name: Tailscale fetches it from Let's Encrypt. */
export interface DesiredTailscale {
  /** "HOST.TAILNET.ts.net" */
  readonly name: string;
  readonly key: AbsolutePath;
  readonly certificate: AbsolutePath;
}

export interface OwnCertificatePaths {
  readonly certificate: AbsolutePath;
  readonly key: AbsolutePath;
  readonly authority: AbsolutePath | undefined;
}
